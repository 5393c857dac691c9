package dev.weir.e2e.sdk;

import com.openai.core.RequestOptions;
import com.openai.core.http.HttpClient;
import com.openai.core.http.HttpRequest;
import com.openai.core.http.HttpResponse;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

/** Counts requests below the SDK's retries. */
final class CountingHttpClient implements HttpClient {
  private final HttpClient delegate;
  private final AtomicInteger attempts = new AtomicInteger();

  CountingHttpClient(HttpClient delegate) {
    this.delegate = delegate;
  }

  int attempts() {
    return attempts.get();
  }

  @Override
  public HttpResponse execute(HttpRequest request, RequestOptions options) {
    attempts.incrementAndGet();
    return delegate.execute(request, options);
  }

  @Override
  public CompletableFuture<HttpResponse> executeAsync(HttpRequest request, RequestOptions options) {
    attempts.incrementAndGet();
    return delegate.executeAsync(request, options);
  }

  @Override
  public void close() {
    delegate.close();
  }
}
