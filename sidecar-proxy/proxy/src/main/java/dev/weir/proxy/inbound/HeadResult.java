package dev.weir.proxy.inbound;

/** What became of the head of a request. */
public sealed interface HeadResult permits Head, Refusal {}
