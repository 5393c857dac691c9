package dev.weir.crds.v1alpha1;

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
public final class QuotaPlan extends CustomResource<QuotaPlanSpec, QuotaPlanStatus>
    implements Namespaced {}
