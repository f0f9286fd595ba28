"""Whatever is written in a SAM template, the expansion neither fails nor loses the resource."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from walint.model.graph import Unseen
from walint.model.resource import Resource
from walint.model.span import Span
from walint.model.value import Absent, Alternatives, Choice, Known, Reference, Text, Unknown, Value
from walint.sources.cloudformation.sam import expand

_TYPES = [
    f"AWS::Serverless::{name}"
    for name in (
        "Function",
        "Api",
        "HttpApi",
        "WebSocketApi",
        "StateMachine",
        "SimpleTable",
        "LayerVersion",
        "GraphQLApi",
        "CapacityProvider",
        "Application",
        "Connector",
        "Unheard",
    )
] + ["AWS::S3::Bucket", "AWS::Cognito::UserPool"]
_WORDS = (  # noqa: SIM905 - a list of words
    "Type Properties Events AutoPublishAlias DeploymentPreference Enabled Alarms Hooks Role Policies Tracing Arn "
    "VpcConfig DeadLetterQueue TargetArn EventInvokeConfig DestinationConfig OnFailure OnSuccess Destination Id "
    "FunctionUrlConfig AuthType Tags PropagateTags Environment CodeUri Layers RestApiId ApiId Path Method Queue "
    "Stream Topic Bucket SqsSubscription DeadLetterConfig RetryPolicy Schedule Target UserPool Trigger StageName "
    "Auth Authorizers UsagePlan CreateUsagePlan Domain DomainName BasePath Routes RouteSettings Logging Cache "
    "PrimaryKey Definition DefinitionUri EndpointConfiguration ScalingConfig FunctionArn RetentionPolicy $connect "
    "/ "
).split()
_KINDS = (  # noqa: SIM905 - a list of words
    "Api HttpApi S3 SNS SQS Kinesis DynamoDB MSK MQ Schedule ScheduleV2 EventBridgeRule CloudWatchEvent CloudWatchLogs "
    "IoTRule Cognito AlexaSkill DocumentDB SelfManagedKafka Unheard"
).split()
_TEXTS = st.sampled_from(
    [*_KINDS, *"live true false NONE CUSTOM SHARED PER_API PRIVATE * s3://b/k F A B Disabled".split()]  # noqa: SIM905
)


def _values(children: st.SearchStrategy[Value]) -> st.SearchStrategy[Value]:
    mappings = st.dictionaries(st.sampled_from(_WORDS), children, max_size=5).map(lambda data: Known(data, _SPAN))
    lists = st.lists(children, max_size=3).map(Known)
    open_mappings = mappings.map(lambda value: Known(value.data, value.span, "explicit", Unknown("a macro")))
    conditional = st.tuples(children, children).map(
        lambda pair: Alternatives((Choice((("c", True),), pair[0]), Choice((("c", False),), pair[1])))
    )
    return st.one_of(mappings, lists, open_mappings, conditional)


_SPAN = Span("t.yaml", 1, 1, 1, 2)
_LEAVES: st.SearchStrategy[Value] = st.one_of(
    _TEXTS.map(Known),
    st.sampled_from(
        [
            Known(None),
            Known(7),
            Known(data=True),
            Absent(),
            Unknown("parameter", None, "t#P"),
            Unknown("parameter", None, "t#P", surely_set=True),
            Reference("t#A"),
            Reference("elsewhere#A", "Arn"),
            Text(("a", Reference("t#F"), "b")),
        ]
    ),
)
_VALUES = st.recursive(_LEAVES, _values, max_leaves=25)


def _mapping(**members: st.SearchStrategy[Value]) -> st.SearchStrategy[Value]:
    return st.fixed_dictionaries({}, optional=members).map(lambda data: Known(data, _SPAN))


_EVENT = _mapping(
    Type=st.sampled_from(_KINDS).map(Known),
    Properties=st.dictionaries(st.sampled_from(_WORDS), _VALUES, max_size=6).map(Known),
)
_SHAPED = _mapping(
    Events=st.dictionaries(st.sampled_from(["One", "Two"]), st.one_of(_EVENT, _VALUES), max_size=2).map(Known),
    AutoPublishAlias=_VALUES,
    DeploymentPreference=_mapping(Enabled=_VALUES, Type=_VALUES, Alarms=_VALUES, Hooks=_VALUES, Role=_VALUES),
    EventInvokeConfig=_mapping(DestinationConfig=_mapping(OnFailure=_VALUES, OnSuccess=_VALUES)),
    FunctionUrlConfig=_mapping(AuthType=_VALUES),
    Auth=_mapping(Authorizers=_VALUES, UsagePlan=_VALUES, AuthType=_VALUES, AuthArn=_VALUES),
    Domain=_mapping(DomainName=_VALUES, BasePath=_VALUES, EndpointConfiguration=_VALUES, CertificateArn=_VALUES),
    Routes=st.dictionaries(st.sampled_from(["$connect", "send"]), _VALUES).map(Known),
    StageName=_VALUES,
    PropagateTags=_VALUES,
    Tags=_VALUES,
    Tracing=_VALUES,
    Policies=_VALUES,
    Role=_VALUES,
    CodeUri=_VALUES,
    DefinitionUri=_VALUES,
)


class _Parameters:
    def value(self, name: str, span: Span | None) -> Value | None:
        return Unknown(f"{name} is known at deployment", span, name)


class _Stack:
    unit = "t"
    parameters = _Parameters()

    def __init__(self) -> None:
        self.references: dict[str, str] = {}
        self.unseen: list[Unseen] = []

    def key(self, logical_id: str) -> str:
        return f"t#{logical_id}"


def _walk(value: Value, depth: int = 0) -> None:
    assert depth < 100
    if isinstance(value, Known) and isinstance(value.data, Mapping):
        for name in value.data:
            _walk(value.data[name], depth + 1)
    elif isinstance(value, Known) and isinstance(value.data, Sequence) and not isinstance(value.data, str):
        for item in value.data:
            _walk(item, depth + 1)
    elif isinstance(value, Alternatives):
        for choice in value.choices:
            _walk(choice.value, depth + 1)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(_TYPES), st.one_of(_SHAPED, _VALUES), _VALUES), min_size=1, max_size=3), _VALUES
)
def test_nothing_breaks_the_expansion(declared: list[tuple[str, Value, Value]], section: Value) -> None:
    resources = [
        Resource(
            key=f"t#{name}",
            type=type_name,
            address=name,
            name=name,
            source="sam",
            unit="t",
            properties=properties,
            span=_SPAN,
            attributes={"IgnoreGlobals": ignored},
        )
        for name, (type_name, properties, ignored) in zip("FAB", declared, strict=False)
    ]
    made = expand(resources, section, _Stack())

    assert {resource.key for resource in resources} <= {resource.key for resource in made}
    assert len(made) == len({resource.key for resource in made})
    for resource in made:
        _walk(resource.properties)
        _walk(resource.presence)
        for name in resource.attributes:
            _walk(resource.attributes[name])
        assert resource.spoken("TracingConfig.Mode")
