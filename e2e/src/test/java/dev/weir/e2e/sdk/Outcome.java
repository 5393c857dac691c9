package dev.weir.e2e.sdk;

import org.jspecify.annotations.Nullable;

/**
 * What the SDK's caller sees of one call.
 *
 * @param attempts how often the SDK asked
 * @param status of the last answer
 * @param code of the error; null when there is none
 * @param type of the error; null when there is none
 * @param text of the answer or of the error; a tool call looks like {@code name(arguments)}
 * @param model as the answer names it
 * @param tokens in total, as the answer tells; 0 if it does not
 * @param withoutChoices chunks of a stream that had none
 */
public record Outcome(
    int attempts,
    int status,
    @Nullable String code,
    @Nullable String type,
    String text,
    String model,
    long tokens,
    int withoutChoices) {}
