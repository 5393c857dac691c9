package dev.weir.crds.v1alpha1;

import com.fasterxml.jackson.annotation.JsonClassDescription;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Categories;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Version;

/** An LLM endpoint that a workload's sidecars serve. */
@Group("weir.dev")
@Version("v1alpha1")
@ShortNames("llmr")
@Categories("weir")
@JsonClassDescription(
    "An OpenAI-compatible LLM endpoint that a workload's sidecars serve. The status shows tokens"
        + " and cost.")
@AdditionalPrinterColumn(
    name = "Models",
    type = AdditionalPrinterColumn.Type.INTEGER,
    jsonPath = ".status.summary.models")
@AdditionalPrinterColumn(
    name = "Providers",
    type = AdditionalPrinterColumn.Type.STRING,
    jsonPath = ".status.summary.providers")
@AdditionalPrinterColumn(
    name = "Requests",
    type = AdditionalPrinterColumn.Type.INTEGER,
    jsonPath = ".status.summary.requests")
@AdditionalPrinterColumn(
    name = "Tokens",
    type = AdditionalPrinterColumn.Type.STRING,
    jsonPath = ".status.summary.tokens")
@AdditionalPrinterColumn(
    name = "Cost",
    type = AdditionalPrinterColumn.Type.STRING,
    jsonPath = ".status.summary.cost")
@AdditionalPrinterColumn(
    name = "Ready",
    type = AdditionalPrinterColumn.Type.STRING,
    jsonPath = ".status.conditions[?(@.type==\"Ready\")].status")
@AdditionalPrinterColumn(
    name = "Target",
    type = AdditionalPrinterColumn.Type.STRING,
    jsonPath = ".status.summary.target",
    priority = 1)
@AdditionalPrinterColumn(
    name = "Pods",
    type = AdditionalPrinterColumn.Type.STRING,
    jsonPath = ".status.dataPlane.summary",
    priority = 1)
@AdditionalPrinterColumn(
    name = "Store",
    type = AdditionalPrinterColumn.Type.STRING,
    jsonPath = ".status.store.mode",
    priority = 1)
@AdditionalPrinterColumn(
    name = "Revision",
    type = AdditionalPrinterColumn.Type.STRING,
    jsonPath = ".status.dataPlane.revision",
    priority = 1)
@AdditionalPrinterColumn(
    name = "Reason",
    type = AdditionalPrinterColumn.Type.STRING,
    jsonPath = ".status.conditions[?(@.type==\"Ready\")].reason",
    priority = 1)
@AdditionalPrinterColumn(
    name = "Age",
    type = AdditionalPrinterColumn.Type.DATE,
    jsonPath = ".metadata.creationTimestamp")
@ValidationRule(value = Rules.OBJECT_NAME, message = Rules.OBJECT_NAME_HELP)
public final class LlmRoute extends CustomResource<LlmRouteSpec, LlmRouteStatus>
    implements Namespaced {}
