package dev.weir.crds.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import dev.weir.crds.schema.AbsentMeans;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/** How the consumer of a request is recognised. */
@ValidationRule(
    value = "has(self.apiKey) || (has(self.anonymous) && self.anonymous == 'Allow')",
    message =
        "nobody could be recognised; write apiKey: {in: [{header: x-api-key}]}, or anonymous:"
            + " Allow")
public record Identity(
    @JsonPropertyDescription(
            "Consumers are recognised by API keys. A consumer is a Secret in the object's own"
                + " namespace with the labels weir.dev/use: consumer, weir.dev/consumer: <name> and"
                + " weir.dev/approved: \"true\"; each of its data entries is one key; its"
                + " annotations consumer.weir.dev/<key>: <value> are the consumer's labels.")
        @Nullable ApiKey apiKey,
    @JsonPropertyDescription(
            "What happens to a request without an API key. Deny: it is rejected with 401. Allow: it"
                + " is the consumer anonymous, which has no labels.")
        @AbsentMeans("Deny")
        @Nullable Anonymous anonymous) {}
