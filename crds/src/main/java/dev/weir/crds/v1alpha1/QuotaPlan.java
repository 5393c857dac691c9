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

/** How much each consumer may use of a workload in a billing period. */
@Group("weir.dev")
@Version("v1alpha1")
@ShortNames("qplan")
@Categories("weir")
@JsonClassDescription(
    "How much each consumer may use of a workload in a billing period. The status shows how much of"
        + " it is used.")
@AdditionalPrinterColumn(
    name = "Target",
    type = AdditionalPrinterColumn.Type.STRING,
    jsonPath = ".status.summary.target")
@AdditionalPrinterColumn(
    name = "Subjects",
    type = AdditionalPrinterColumn.Type.INTEGER,
    jsonPath = ".status.summary.subjects",
    priority = 1)
@AdditionalPrinterColumn(
    name = "Used",
    type = AdditionalPrinterColumn.Type.STRING,
    jsonPath = ".status.summary.used")
@AdditionalPrinterColumn(
    name = "Top",
    type = AdditionalPrinterColumn.Type.STRING,
    jsonPath = ".status.summary.top")
@AdditionalPrinterColumn(
    name = "Exhausted",
    type = AdditionalPrinterColumn.Type.INTEGER,
    jsonPath = ".status.summary.exhausted",
    priority = 1)
@AdditionalPrinterColumn(
    name = "Resets-At",
    type = AdditionalPrinterColumn.Type.STRING,
    jsonPath = ".status.summary.resetsAt")
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
public final class QuotaPlan extends CustomResource<QuotaPlanSpec, QuotaPlanStatus>
    implements Namespaced {}
