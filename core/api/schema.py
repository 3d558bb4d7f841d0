"""OpenAPI out of the declarations: what ``@speaks`` and the resources say is all there is to say."""

import re
from typing import Any

from django.conf import settings
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import ResolvedComponent

from core.api.fields import Field, Kind
from core.api.media_types import vendor_type
from core.api.resource import Resource
from core.api.verbs import Representation, Verb

_LINKS = {"type": "array", "items": {"$ref": "#/components/schemas/link"}}
_PAGE_PARAMETERS = {
    "limit": "Page size, 0 for everything.",
    "startwith": "Offset of the first element.",
    "by": "Sort key.",
    "asc": "false sorts downwards.",
    "has": "Text sought in the name.",
}


class DialectSchema(AutoSchema):
    """Describes a DialectView's method; a view or method without a declaration is left out."""

    def get_operation(self, path, path_regex, path_prefix, method, registry) -> dict[str, Any] | None:
        verb: Verb | None = getattr(getattr(self.view, method.lower(), None), "verb", None)
        if verb is None:
            return None
        self.registry, self.method, self.path = registry, method, path
        self._register("link", _link_schema())
        operation = {
            "operationId": f"{method.lower()}{re.sub(r'[^a-zA-Z0-9]+', '_', path)}".rstrip("_"),
            "summary": verb.summary,
            "tags": [_area(path)],
            "parameters": [*_path_parameters(path), *_query_parameters(verb)],
            "security": [] if verb.public else [{name: []} for name in _SIGN_INS],
            "responses": self._responses(verb),
        }
        if verb.accepts:
            operation["requestBody"] = {"content": self._content(verb.accepts, many=False)}
        if verb.privilege:
            operation["description"] = f"Needs the privilege {verb.privilege}."
        return operation

    def _responses(self, verb: Verb) -> dict[str, Any]:
        self._register("errors", _errors_schema())
        good: dict[str, Any] = {"description": verb.summary}
        if verb.answers:
            good["content"] = self._content(verb.answers, many=verb.many)
        problem = {vendor_type("errors"): {"schema": {"$ref": "#/components/schemas/errors"}}}
        return {str(verb.status): good, "default": {"description": "What was wrong.", "content": problem}}

    def _content(self, representations: tuple[Representation, ...], *, many: bool) -> dict[str, Any]:
        content = {}
        for each in representations:
            if isinstance(each, str):
                schema = (
                    {"type": "string"} if "/" in each else {"type": "object", "properties": {"links": _LINKS}}
                )
                content[vendor_type(each)] = {"schema": schema}
                continue
            reference = self._resource(each)
            name = each.collection if many else each.name
            content[vendor_type(name)] = {"schema": self._list(name, reference) if many else reference}
        return content

    def _list(self, name: str, item: dict[str, str]) -> dict[str, str]:
        properties = {
            "links": _LINKS,
            "totalSize": {"type": "integer"},
            "collection": {"type": "array", "items": item},
        }
        return self._register(name, {"type": "object", "properties": properties})

    def _resource(self, resource: Resource) -> dict[str, str]:
        properties: dict[str, Any] = {}
        for each in resource.fields:
            properties[each.name] = _property(each)
            if each.older:
                properties[each.older] = {**_property(each), "deprecated": True}
        for each in resource.embedded:
            item = self._resource(each.resource)
            properties[each.name] = self._list(each.resource.collection, item) if each.many else item
        rels = ", ".join(dict.fromkeys(each.rel for each in resource.links))
        properties["links"] = {**_LINKS, "description": f"rel: {rels}"}
        required = [each.name for each in resource.fields if each.required]
        schema = {"type": "object", "properties": properties, **({"required": required} if required else {})}
        return self._register(resource.name, schema)

    def _register(self, name: str, schema: dict[str, Any]) -> dict[str, str]:
        component = ResolvedComponent(name=name, type=ResolvedComponent.SCHEMA, object=name, schema=schema)
        if component not in self.registry:
            self.registry.register(component)
        return {"$ref": f"#/components/schemas/{name}"}


_SIGN_INS = ("basic", "token", "bearer", "oauth", "session")


def security_schemes(result: dict[str, Any], **kwargs) -> dict[str, Any]:
    """A spectacular post-processing hook: how one logs in."""
    result.setdefault("components", {})["securitySchemes"] = {
        "basic": {"type": "http", "scheme": "basic"},
        "token": {
            "type": "apiKey",
            "in": "header",
            "name": "Authorization",
            "description": "Token <X-Abiquo-Token>",
        },
        "bearer": {"type": "http", "scheme": "bearer"},
        "oauth": {
            "type": "apiKey",
            "in": "header",
            "name": "Authorization",
            "description": "OAuth 1.0a, HMAC-SHA1 or HMAC-SHA256",
        },
        "session": {"type": "apiKey", "in": "cookie", "name": settings.SESSION_COOKIE_NAME},
    }
    return result


def _area(path: str) -> str:
    parts = [part for part in path.strip("/").split("/") if part not in ("api", "admin", "cloud", "config")]
    return parts[0] if parts else "api"


# Parameters of addresses that are no numbers end like this.
TEXTS = ("task", "type", "diskformat")


def _path_parameters(path: str) -> list[dict[str, Any]]:
    return [
        {
            "name": name,
            "in": "path",
            "required": True,
            "schema": {"type": "string" if name.endswith(TEXTS) else "integer"},
        }
        for name in re.findall(r"\{(\w+)\}", path)
    ]


def _query_parameters(verb: Verb) -> list[dict[str, Any]]:
    described = {**(_PAGE_PARAMETERS if verb.paged else {}), **verb.parameters}
    for each in verb.answers:
        if verb.paged and isinstance(each, Resource):
            described |= {
                name: narrowing.help or "A filter." for name, narrowing in each.listing.filters.items()
            }
    return [
        {"name": name, "in": "query", "schema": {"type": "string"}, "description": text}
        for name, text in described.items()
    ]


def _property(each: Field) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": each.kind.value}
    if each.kind is Kind.LIST:
        schema["items"] = {}
    if each.help:
        schema["description"] = each.help
    bounds = ("minLength", "maxLength") if each.kind is Kind.TEXT else ("minimum", "maximum")
    for key, value in zip(bounds, (each.least, each.most), strict=True):
        if value is not None:
            schema[key] = value
    if each.written_only:
        schema["writeOnly"] = True
    elif not each.writes:
        schema["readOnly"] = True
    return schema


def _link_schema() -> dict[str, Any]:
    names = ("rel", "href", "type", "title")
    return {
        "type": "object",
        "properties": {name: {"type": "string"} for name in names},
        "required": ["rel", "href"],
    }


def _errors_schema() -> dict[str, Any]:
    entry = {"type": "object", "properties": {"code": {"type": "string"}, "message": {"type": "string"}}}
    return {"type": "object", "properties": {"collection": {"type": "array", "items": entry}}}
