import { makeOperation, mapExchange, type Exchange } from '@urql/core'

/** The id that the build gave a document: the key of its text in persisted-documents.json. */
export function documentId(document: object): string | undefined {
  return (document as { __meta__?: { documentId?: string } }).__meta__?.documentId
}

/** Sends the ids of registered documents in place of their texts; right before `fetchExchange`. */
export function byDocumentId(): Exchange {
  return mapExchange({
    onOperation(operation) {
      const id = documentId(operation.query)
      if (!id) return operation // the server may not take it: that is how one notices
      const query = { kind: 'Document', definitions: [], documentId: id }
      return makeOperation(operation.kind, { ...operation, query: query as never })
    },
  })
}
