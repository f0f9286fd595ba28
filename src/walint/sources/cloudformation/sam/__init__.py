"""AWS SAM expanded into CloudFormation resources, on values that keep their spans.

A function becomes a Lambda function with its role, version, alias, deployment group and event sources; an API its
deployment and stage; and so on, under the logical ids that SAM's own transform gives them. Three ids carry a hash of
content in SAM, which changes with every edit; walint leaves the hash off: versions of functions ("FunctionVersion"),
deployments of REST APIs ("ApiDeployment") and layers (the id as written).

Connectors and nested applications are left as they are. The SAM translator is the oracle of a differential test.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

from walint.model.resource import Resource
from walint.model.value import Value
from walint.sources.cloudformation.sam.deployments import Deployments
from walint.sources.cloudformation.sam.events import expand_events
from walint.sources.cloudformation.sam.expansion import Expansion, Stack
from walint.sources.cloudformation.sam.function import expand_function
from walint.sources.cloudformation.sam.implicit import HTTP_API, REST_API, ImplicitApis

__all__ = ["Stack", "expand"]

_SAM = "AWS::Serverless::"
_FUNCTION = "AWS::Serverless::Function"
_STATE_MACHINE = "AWS::Serverless::StateMachine"
_WEB_SOCKET = "AWS::Serverless::WebSocketApi"

_Expander: TypeAlias = Callable[[Expansion, Resource, Value], None]


def expand(resources: Sequence[Resource], global_section: Value, stack: Stack) -> list[Resource]:
    """The resources of a template with the SAM types replaced by what SAM makes of them.

    `resources` are all resources of the template as written, `global_section` its Globals (absent when there are none).
    Properties stay lazy. `stack.references` and `stack.unseen` are filled.
    """
    expansion = Expansion({resource.name: resource for resource in resources}, global_section, stack)
    apis, deployments = ImplicitApis(expansion), Deployments(expansion)
    written = [resource for resource in resources if resource.type.startswith(_SAM)]
    for resource in written:
        if resource.type == _FUNCTION:
            properties = expansion.properties_of(resource)
            target = expand_function(expansion, resource, properties, deployments)
            expand_events(expansion, target, properties, apis)
    for resource in written:
        if resource.type == _STATE_MACHINE:
            from walint.sources.cloudformation.sam.machines import expand_state_machine

            expand_state_machine(expansion, resource, expansion.properties_of(resource), apis)
    implicit = apis.resources()
    expansion.resources.update({api.name: api for api in implicit})
    for resource in (*written, *implicit):
        expander = _expander(resource.type)
        if expander is not None and expansion.resources.get(resource.name) is resource:
            made = apis.with_route_settings(resource)
            expander(expansion, made, expansion.properties_of(made))
    deployments.finish()
    if expansion.tags:
        from walint.sources.cloudformation.sam.tags import propagate_tags

        web_sockets = (resource.name for resource in written if resource.type == _WEB_SOCKET)
        propagate_tags(expansion, frozenset(web_sockets))
    return list(expansion.resources.values())


def _expander(type_name: str) -> _Expander | None:
    """What expands a SAM type other than functions and state machines; loaded only for templates that hold one."""
    if type_name in {REST_API, HTTP_API}:
        from walint.sources.cloudformation.sam import apis

        return apis.expand_rest_api if type_name == REST_API else apis.expand_http_api
    if type_name == _WEB_SOCKET:
        from walint.sources.cloudformation.sam import websocket

        return websocket.expand_websocket_api
    if type_name in {_FUNCTION, _STATE_MACHINE}:
        return None
    from walint.sources.cloudformation.sam import others

    return others.EXPANDERS.get(type_name)
