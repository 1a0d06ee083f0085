import type { CodegenConfig } from '@graphql-codegen/cli'
import { addTypenameSelectionDocumentTransform } from '@graphql-codegen/client-preset'

const scalars = { ID: 'string', Date: '../scalars#LocalDate', DateTime: '../scalars#Moment' }

const config: CodegenConfig = {
  schema: '../../schema.graphql', // in an app of your own: a copy of it, or the server's address
  documents: ['app/*.ts'],
  generates: {
    // The types of every document of the app; and persisted-documents.json, to register them.
    'app/gql/': {
      preset: 'client',
      presetConfig: {
        fragmentMasking: { unmaskFunctionName: 'read' },
        persistedDocuments: { hashAlgorithm: 'sha256', hashPropertyName: 'documentId' },
      },
      config: { useTypeImports: true, scalars },
      documentTransforms: [addTypenameSelectionDocumentTransform],
    },
    // Enums that no document mentions, such as WithheldReason.
    'app/gql/enums.ts': {
      plugins: ['typescript'],
      config: { onlyEnums: true, enumsAsTypes: true },
    },
    // Which types are a Person or a Node: the cache reads fragments on them by it.
    'app/gql/introspection.ts': {
      plugins: ['urql-introspection'],
      config: { useTypeImports: true },
    },
  },
}

export default config
