"""Blueprints as files: downloaded, looked at, and made into blueprints or further versions."""

import re
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy

from catalogue import services
from catalogue.blueprints import document
from catalogue.blueprints.content import Content
from catalogue.models import Blueprint
from catalogue.services.blueprints import MANAGE, require_own
from catalogue.ui.blueprints import browsing
from catalogue.ui.blueprints.drawing import drawing_of
from catalogue.ui.blueprints.forms import FileForm
from core.errors import DomainError, Invalid
from core.ui.faults import fault_of
from core.ui.pages import Page
from tenants.access import require


class Download(Page):
    def get(self, request: HttpRequest, blueprint_id: int, version_id: int) -> HttpResponse:
        blueprint = browsing.read_blueprint(request, blueprint_id)
        version = browsing.read_version(request, blueprint, version_id)
        text = document.write(
            name=blueprint.name, description=blueprint.description, content=version.read_content
        )
        answer = HttpResponse(text, content_type="application/yaml; charset=utf-8")
        stem = re.sub(r"[^a-z0-9]+", "-", blueprint.name.lower()).strip("-") or "blueprint"
        answer["Content-Disposition"] = f'attachment; filename="{stem}-{version.number}.yaml"'
        return answer


class Check(Page):
    """What the pasted text says, or what is wrong with it: asked for while somebody writes."""

    failed_to = gettext_lazy("The text was not looked at")

    def post(self, request: HttpRequest) -> HttpResponse:
        text = request.POST.get("text", "")
        context = looked_at(text) if text.strip() else {}
        return render(request, "catalogue/blueprint/_checked.html", context)


class Import(Page):
    """A file becomes a blueprint, or with one in the address a further version of that."""

    failed_to = gettext_lazy("The blueprint was not made")

    def get(self, request: HttpRequest, blueprint_id: int | None = None) -> HttpResponse:
        blueprint = self._blueprint(request, blueprint_id)
        initial = {}
        if blueprint is not None and blueprint.default_version is not None:
            initial["text"] = document.write(
                name=blueprint.name,
                description=blueprint.description,
                content=blueprint.default_version.read_content,
            )
        return self._show(request, blueprint, FileForm(initial=initial))

    def post(self, request: HttpRequest, blueprint_id: int | None = None) -> HttpResponse:
        blueprint = self._blueprint(request, blueprint_id)
        form = FileForm(request.POST, request.FILES)
        if not form.is_valid():
            return self._show(request, blueprint, form)
        try:
            metadata, content = document.read(form.cleaned_data["text"])
            made = self._keep(request, blueprint, metadata, content, form.cleaned_data["note"])
        except Invalid as refused:
            return self._show(request, blueprint, form, context=told_of(refused))
        except DomainError as refused:
            error = fault_of(refused, request, what=str(self.failed_to))
            return self._show(request, blueprint, form, context={"error": error})
        return redirect("catalogue:blueprint", made.pk)

    @staticmethod
    def _keep(
        request: HttpRequest, blueprint: Blueprint | None, metadata: Any, content: Content, note: str
    ) -> Blueprint:
        if blueprint is not None:
            services.add_blueprint_version(
                actor=request.user, blueprint=blueprint, content=content, note=note
            )
            return blueprint
        return services.create_blueprint(
            actor=request.user,
            enterprise=request.user.enterprise,
            name=metadata.name,
            description=metadata.description,
            content=content,
            note=note,
        ).blueprint

    @staticmethod
    def _blueprint(request: HttpRequest, blueprint_id: int | None) -> Blueprint | None:
        """Raises PermissionRefused, Conflict for who may not write there."""
        if blueprint_id is None:
            require(request.user, MANAGE)
            return None
        blueprint = browsing.read_blueprint(request, blueprint_id)
        require_own(request.user, blueprint, "SPEC-9")
        return blueprint

    @staticmethod
    def _show(
        request: HttpRequest,
        blueprint: Blueprint | None,
        form: FileForm,
        context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """With the text of a chosen file in the field, so that it can be mended there."""
        text = form.cleaned_data.get("text", "") if form.is_bound else form.initial.get("text", "")
        context = {"form": form, "blueprint": blueprint, "text": text} | (context or {})
        refused = form.is_bound
        return render(request, "catalogue/blueprint/import.html", context, status=409 if refused else 200)


def looked_at(text: str) -> dict[str, Any]:
    """What a text says, or what is wrong with it, for showing."""
    try:
        metadata, content = document.read(text)
    except Invalid as refused:
        return told_of(refused)
    return {"metadata": metadata, "content": content, "drawing": drawing_of(content)}


def told_of(refused: Invalid) -> dict[str, Any]:
    return {"problems": refused.reasons}
