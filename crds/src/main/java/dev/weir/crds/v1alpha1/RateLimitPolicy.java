package dev.weir.crds.v1alpha1;

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
public final class RateLimitPolicy
    extends CustomResource<RateLimitPolicySpec, RateLimitPolicyStatus> implements Namespaced {}
