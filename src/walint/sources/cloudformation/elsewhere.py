"""What a template keeps elsewhere: code that is packaged when it is deployed, and definitions of APIs in S3."""

from __future__ import annotations

from collections.abc import Mapping

from walint.model.value import Absent, Known, Unknown, Value

_PACKAGED = "the code is packaged when the stack is deployed"
STORED = "the definition of the API is kept in another file"
_APIS = frozenset(("AWS::ApiGateway::RestApi", "AWS::ApiGatewayV2::Api"))


def kept_elsewhere(type_name: str, properties: Value) -> Value:
    """The properties of a resource, with what they point at as unknown values in its place.

    `Code: ./src` is what `aws cloudformation package` replaces by a bucket and a key. A Body that is kept in S3 is one
    that nobody sees, not one that is missing.
    """
    if not isinstance(properties, Known) or not isinstance(properties.data, Mapping):
        return properties
    if type_name == "AWS::Lambda::Function":
        code = properties.data.get("Code")
        if isinstance(code, Known) and isinstance(code.data, str):
            packaged = Unknown(_PACKAGED, code.span, surely_set=True)
            return _with(properties, properties.data, Code=Known({"S3Bucket": packaged, "S3Key": packaged}, code.span))
    elif type_name in _APIS and "Body" not in properties.data:
        place = properties.data.get("BodyS3Location")
        if place is not None and not isinstance(place, Absent):
            return _with(properties, properties.data, Body=Unknown(STORED, place.span, surely_set=True))
    return properties


def _with(properties: Known, data: Mapping[str, Value], **more: Value) -> Value:
    return Known({**data, **more}, properties.span, properties.origin, properties.rest)
