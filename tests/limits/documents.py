"""Documents that were made to be much work, or much memory, for little text."""

MANY = 1000


def doubling(levels: int) -> str:
    """Fragments that each spread the next one twice: 2^levels fields to whoever expands them."""
    chain = " ".join(
        f"fragment F{level} on Query {{ ...F{level + 1} ...F{level + 1} }}"
        for level in range(levels)
    )
    return f"{{ ...F0 }} {chain} fragment F{levels} on Query {{ privacyRulesVersion }}"


def doubling_in_fields(levels: int) -> str:
    """The same, with fields under other names between."""
    chain = " ".join(
        f"fragment F{level} on Group {{ a: viewerMembership {{ group {{ ...F{level + 1} }} }}"
        f" b: viewerMembership {{ group {{ ...F{level + 1} }} }} }}"
        for level in range(levels)
    )
    return f'{{ group(id: "x") {{ ...F0 }} }} {chain} fragment F{levels} on Group {{ name }}'


def _nested(levels: int) -> str:
    inner = "group { viewerMembership { " * levels
    return f'{{ group(id: "x") {{ viewerMembership {{ {inner} id {" } }" * levels} }} }} }}'


def _of_fragments(count: int, content: str) -> str:
    spreads = " ".join(f"...F{number}" for number in range(count))
    fragments = " ".join(
        f"fragment F{number} on Resident {{ {content} }}" for number in range(count)
    )
    return f"{{ me {{ {spreads} }} }} {fragments}"


INTROSPECTION_IN_CIRCLES = (
    "{ __schema { types { " + "fields { type { " * 6 + "name" + " } }" * 6 + " } } }"
)

# (name, document, the limit it is refused by)
KILLERS = [
    ("fragments that double", doubling(22), "rootFields"),
    ("fragments that double in fields", doubling_in_fields(7), "aliases"),
    ("fragments that double for ever", doubling(99), "nesting"),
    ("more fragments that double", doubling(299), "nesting"),
    ("fragments that double beyond all bounds", doubling(1000), "tokens"),
    ("fields that double in depth", doubling_in_fields(22), "depth"),
    ("deep", _nested(10), "depth"),
    ("deeper than the parser goes", _nested(300), "nesting"),
    ("deep values", "{ nodes(ids: " + "[" * 500 + "]" * 500 + ") { id } }", "nesting"),
    ("inline fragments in one another", "{ " + "...{ " * 99 + "me { id }" + " }" * 100, "nesting"),
    (
        "wide aliases",
        "{ me { " + " ".join(f"a{n}: name" for n in range(900)) + " } }",
        "aliases",
    ),
    ("many at the root", "{ " + "privacyRulesVersion " * 60 + "}", "rootFields"),
    ("one field many times", "{ me { " + "name " * 2900 + "} }", "comparisons"),
    ("one object many times", "{ me { " + "memberships { joinedOn } " * 600 + "} }", "comparisons"),
    ("too many fields", "{ me { " + "name " * 4000 + "} }", "fields"),
    ("fragments of the same fields", _of_fragments(300, "name kana phone address"), "comparisons"),
    ("too many fragments", _of_fragments(600, "name"), "fragments"),
    ("many directives", "{ me { " + "name @include(if: true) " * 150 + "} }", "directives"),
    ("unknown directives", "{ me { name " + "@x " * 50 + "} }", "fieldDirectives"),
    ("many operations", " ".join(f"query Q{n} {{ me }}" for n in range(900)), "operations"),
    (
        "many variables",
        "query(" + " ".join(f"$v{n}: Int" for n in range(900)) + ") { me { id } }",
        "variables",
    ),
    (
        "unknown fields of an input",
        "mutation { signIn(input: { " + " ".join(f"f{n}: 1" for n in range(3000)) + " }) "
        "{ expiresAt } }",
        "values",
    ),
    ("many ids", "{ nodes(ids: [" + "1 " * 9000 + "]) { id } }", "values"),
    ("one argument many times", "{ group(" + 'id: "x" ' * 3000 + ") { id } }", "values"),
    ("unknown fields", "{ me { " + " ".join(f"f{n}" for n in range(9900)) + " } }", "fields"),
    ("large string", '{ group(id: "' + "x" * 900_000 + '") { id } }', "bytes"),
    ("large block string", '{ group(id: """' + "x\n" * 200_000 + '""") { id } }', "bytes"),
    ("large name", "{ " + "a" * 900_000 + " }", "bytes"),
    ("large blank", "{" + " " * 900_000 + "me { id } }", "bytes"),
    ("many comments", "{" + "#\n" * 30_000 + "me { id } }", "tokens"),
    ("introspection in circles", INTROSPECTION_IN_CIRCLES, "introspectionDepth"),
    (
        "introspection many times",
        "{ " + " ".join(f"a{n}: __schema {{ types {{ fields {{ args {{ type {{ name }} }} }} }} }}"
                        for n in range(49)) + " }",
        "cost",
    ),
    (
        "long values many times",
        "{ groups(first: 200) { nodes { "
        + " ".join(f"a{n}: introduction" for n in range(190))
        + " } } }",
        "cost",
    ),
    (
        "descriptions many times",
        "{ __schema { types { fields { type { fields { "
        + " ".join(f"a{n}: description" for n in range(190))
        + " } } } } } }",
        "cost",
    ),
    (
        "lists of lists",
        "{ groups(first: 200) { nodes { members(first: 200) { edges { node { id } } } } } }",
        "cost",
    ),
    ("passwords by the dozen", "mutation { " + " ".join(
        f'a{n}: signIn(input: {{ login: "a", password: "{n}" }}) {{ expiresAt }}' for n in range(49)
    ) + " " + " ".join(
        f'b{n}: signIn(input: {{ login: "a", password: "{n}" }}) {{ expiresAt }}' for n in range(60)
    ) + " }", "rootFields"),
]  # fmt: skip
