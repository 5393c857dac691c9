package dev.weir.operator.inject;

import java.util.Map;

/** What a decision needs to know of a namespace. */
public record NamespaceView(String name, Map<String, String> labels) {}
