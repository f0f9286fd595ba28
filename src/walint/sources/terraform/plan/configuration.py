"""What a plan tells of the configuration it was made from: which arguments are set, and what they refer to.

`configuration` names for each argument the references in its expression, in the order in which they are written, each
followed by its own beginnings ("aws_sqs_queue.q.arn", "aws_sqs_queue.q"). It tells nothing of what happens to them, and
lists neither `dynamic` blocks nor locals.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from walint.patterns import lazy
from walint.records import NamedTuple
from walint.sources.terraform.plan.document import NOTHING, Json, Plan, mapping, objects, parent_of, steps_of

_MOST_HOPS = 50
"""How many modules a reference is followed through: Terraform's own limits are far below."""

_EXPRESSION_KEYS = frozenset(("constant_value", "references"))
_TARGET = lazy(r'^(data\.)?([a-z][\w-]*)\.([\w-]+)(\[(?:"(?:[^"\\]|\\.)*"|\d+)\])?(?:\.([\w-]+))?(.*)$')
_MODULE = lazy(r'^module\.([\w-]+)(\[(?:"(?:[^"\\]|\\.)*"|\d+)\])?(?:\.([\w-]+))?(.*)$')
_HARMLESS = ("each.key", "count.index", "path.", "terraform.")
"""What an expression may refer to that is always known in a plan."""


class Source(NamedTuple):
    """What an unknown value comes from.

    text       how it is spoken of: "module.a.aws_sqs_queue.q.arn"
    address    the resource instance, without its key where the reference has none; None for anything else
    attribute  its attribute; None where the plan does not tell, or tells more than one name
    """

    text: str
    address: str | None = None
    attribute: str | None = None


class Configured:
    """The configuration in a plan, looked up by module and block."""

    def __init__(self, plan: Plan) -> None:
        self._root = mapping(plan.configuration, "root_module")
        self._providers = mapping(plan.configuration, "provider_config")
        self._blocks: dict[tuple[str, ...], dict[str, Mapping[str, Json]]] = {}
        self._modules: dict[tuple[str, ...], Mapping[str, Json]] = {}

    def block(self, module: tuple[str, ...], local: str) -> Mapping[str, Json] | None:
        """What is told of a resource block ("aws_sqs_queue.q"); None for one that is not there."""
        known = self._blocks.get(module)
        if known is None:
            known = self._blocks[module] = {}
            for entry in objects(self.module(module).get("resources")):
                if entry.get("mode") == "managed":
                    known[f"{entry.get('type')}.{entry.get('name')}"] = entry
        return known.get(local)

    def blocks(self) -> Iterator[tuple[tuple[str, ...], str]]:
        """Every managed resource block there is: its module and its address there."""
        pending: list[tuple[str, ...]] = [()]
        while pending:
            module = pending.pop()
            self.block(module, "")
            for local in self._blocks[module]:
                yield module, local
            pending += [(*module, name) for name in mapping(self.module(module), "module_calls")]

    def module(self, steps: tuple[str, ...]) -> Mapping[str, Json]:
        """What is told of a module, an empty object where nothing is."""
        found = self._modules.get(steps)
        if found is None:
            found = mapping(self.call(steps), "module") if steps else self._root
            self._modules[steps] = found
        return found

    def call(self, steps: tuple[str, ...]) -> Mapping[str, Json]:
        """What is told of the `module` block that calls a module: its source, the expressions of its inputs."""
        return mapping(self.module(steps[:-1]), "module_calls", steps[-1]) if steps else NOTHING

    def provider(self, block: Mapping[str, Json]) -> tuple[str, Mapping[str, Json]]:
        """The provider configuration that a resource uses: its name and what is told of it.

        A module that inherits one may have a key of its own ("module.a:aws") that leads nowhere.
        """
        key = block.get("provider_config_key")
        if not isinstance(key, str):
            return "", NOTHING
        plain = key.rpartition(":")[2]
        return plain, mapping(self._providers, key) or mapping(self._providers, plain)

    def sources(self, expression: Json, module: str) -> list[Source] | None:
        """What the references of an expression come down to, in their order; None where the plan cannot tell.

        `module` is the address of the module instance that the expression is evaluated in.
        """
        found: list[Source] = []
        return found if self._follow(expression, module, found, 0) else None

    def _follow(self, expression: Json, module: str, found: list[Source], hops: int) -> bool:
        references = expression.get("references") if isinstance(expression, dict) else None
        if not isinstance(references, list) or hops > _MOST_HOPS:
            return False
        whole = True
        for reference in longest(references):
            if not reference.startswith(_HARMLESS):
                whole &= self._source(reference, module, found, hops)
        return whole and bool(found)

    def _source(self, reference: str, module: str, found: list[Source], hops: int) -> bool:
        """Follows one reference; false where it cannot be told what it comes down to."""
        if reference.startswith("var."):
            name, _, rest = reference.removeprefix("var.").partition(".")
            steps = steps_of(module)
            if not steps:  # variables of the root module are known in every plan
                found.append(Source(reference))
                return True
            if rest or "[" in name:
                return False
            caller = parent_of(module)
            return self._follow(mapping(self.call(steps), "expressions").get(name), caller, found, hops + 1)
        called = _MODULE.match(reference)
        if called:
            name, key, output, rest = called.groups()
            if not output or rest:
                return False
            inner = f"{module}.module.{name}{key or ''}".removeprefix(".")
            outputs = mapping(self.module(steps_of(inner)), "outputs", output)
            return self._follow(outputs.get("expression"), inner, found, hops + 1)
        target = None if reference.startswith(("local.", "each.", "self.")) else _TARGET.match(reference)
        if target is None:
            return False
        data, type_, name, key, attribute, rest = target.groups()
        address = f"{module}.{type_}.{name}{key or ''}".removeprefix(".")
        if data:
            found.append(Source(f"data.{type_}.{name}{key or ''}{'.' + attribute if attribute else ''}{rest}"))
        else:
            text = f"{address}{'.' + attribute if attribute else ''}{rest}"
            found.append(Source(text, address, attribute if attribute and not rest else None))
        return True


def longest(references: list[Json]) -> list[str]:
    """The references as they are written: the beginnings that follow each are left out."""
    kept: list[str] = []
    for reference in references:
        if not isinstance(reference, str):
            continue
        if kept and kept[-1].startswith((f"{reference}.", f"{reference}[")):
            continue
        kept.append(reference)
    return kept


def is_argument(expression: Json) -> bool:
    """Whether what is told of a name in a body is that of an argument; blocks are lists, or objects of names."""
    return isinstance(expression, dict) and expression.keys() <= _EXPRESSION_KEYS
