package dev.weir.proxy.llm;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProviderFieldsTest {

  @ParameterizedTest
  @CsvSource({
    "Accept, true",
    "User-Agent, true",
    "OpenAI-Beta, true",
    "Idempotency-Key, true",
    "traceparent, true",
    "X-Stainless-Retry-Count, true",
    "Authorization, false",
    "X-Api-Key, false",
    "Cookie, false",
    "Accept-Encoding, false",
    "OpenAI-Organization, false",
    "X-Forwarded-For, false",
    "X-User, false",
  })
  void fewFieldsReachTheProvider(String name, boolean passes) {
    HttpHeaders to = new DefaultHttpHeaders();
    ProviderFields.copyRequest(new DefaultHttpHeaders().set(name, "v"), to);
    assertThat(to.contains(name)).isEqualTo(passes);
  }

  @ParameterizedTest
  @CsvSource({
    "Content-Type, true",
    "Retry-After, true",
    "retry-after-ms, true",
    "x-request-id, true",
    "openai-processing-ms, true",
    "Location, true",
    "X-RateLimit-Limit-Requests, false",
    "x-ratelimit-reset-tokens, false",
    "Set-Cookie, false",
    "Server, false",
    "Via, false",
    "Alt-Svc, false",
    "CF-Ray, false",
    "Strict-Transport-Security, false",
    "openai-organization, false",
  })
  void someFieldsDoNotReachTheClient(String name, boolean passes) {
    HttpHeaders headers = new DefaultHttpHeaders().set(name, "v");
    ProviderFields.cleanAnswer(headers);
    assertThat(headers.contains(name)).isEqualTo(passes);
  }
}
