package dev.weir.demo;

import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** Sends the requests of a plan. */
final class Traffic {
  private static final Duration CONNECT = Duration.ofSeconds(2);
  private static final int CONNECTS = 5;

  private Traffic() {}

  /** Returns when all have been answered or given up; prints the lines in the plan's order. */
  static void send(Plan plan, Consumer<String> out) {
    Tally[] tallies = new Tally[plan.series().size()];
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < tallies.length; i++) {
        Plan.Series series = plan.series().get(i);
        Tally tally = new Tally(series.name(), plan.sum());
        tallies[i] = tally;
        HttpRequest request = request(plan, series);
        AtomicInteger left = new AtomicInteger(plan.requests());
        for (int c = 0; c < plan.connections(); c++) {
          threads.execute(() -> connection(request, left, tally));
        }
      }
    }
    for (Tally tally : tallies) {
      out.accept(tally.toJson());
    }
  }

  /** A client that is used by one thread keeps to one connection. */
  private static void connection(HttpRequest request, AtomicInteger left, Tally tally) {
    try (HttpClient client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT)
            .build()) {
      while (left.getAndDecrement() > 0) {
        try {
          HttpResponse<String> response = send(client, request);
          tally.count(response.statusCode(), response.headers().map(), response.body());
        } catch (IOException e) {
          tally.countFailure(e);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          return;
        }
      }
    }
  }

  /** Connects again when that fails: a Service may still lead to a pod that is gone. */
  private static HttpResponse<String> send(HttpClient client, HttpRequest request)
      throws IOException, InterruptedException {
    for (int attempt = 1; ; attempt++) {
      try {
        return client.send(request, HttpResponse.BodyHandlers.ofString());
      } catch (ConnectException | HttpConnectTimeoutException e) {
        if (attempt == CONNECTS) {
          throw e;
        }
      }
    }
  }

  private static HttpRequest request(Plan plan, Plan.Series series) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(plan.url())
            .timeout(plan.timeout())
            .method(plan.method(), HttpRequest.BodyPublishers.noBody());
    series.headers().forEach(header -> request.header(header.name(), header.value()));
    return request.build();
  }
}
