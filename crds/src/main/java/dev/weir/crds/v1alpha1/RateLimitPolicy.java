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

/** How fast a workload may be called. */
@Group("weir.dev")
@Version("v1alpha1")
@ShortNames("rlpol")
@Categories("weir")
@JsonClassDescription(
    "How fast a workload may be called. The limits hold across all pods of the workload.")
@AdditionalPrinterColumn(
    name = "Target",
    type = AdditionalPrinterColumn.Type.STRING,
    jsonPath = ".status.summary.target")
@AdditionalPrinterColumn(
    name = "Limits",
    type = AdditionalPrinterColumn.Type.INTEGER,
    jsonPath = ".status.summary.limits")
@AdditionalPrinterColumn(
    name = "Mode",
    type = AdditionalPrinterColumn.Type.STRING,
    jsonPath = ".spec.mode")
@AdditionalPrinterColumn(
    name = "Pods",
    type = AdditionalPrinterColumn.Type.STRING,
    jsonPath = ".status.dataPlane.summary")
@AdditionalPrinterColumn(
    name = "Limited",
    type = AdditionalPrinterColumn.Type.INTEGER,
    jsonPath = ".status.summary.limited")
@AdditionalPrinterColumn(
    name = "Ready",
    type = AdditionalPrinterColumn.Type.STRING,
    jsonPath = ".status.conditions[?(@.type==\"Ready\")].status")
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
public final class RateLimitPolicy
    extends CustomResource<RateLimitPolicySpec, RateLimitPolicyStatus> implements Namespaced {}
