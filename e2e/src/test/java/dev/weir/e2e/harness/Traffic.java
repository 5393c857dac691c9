package dev.weir.e2e.harness;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * HTTP/1.1 requests to one address. Every sender has a client, so a connection, of its own: a
 * Service spreads connections, not requests.
 */
public final class Traffic {
  private static final int SENDERS = 8;

  private final URI uri;
  private final List<String> headers = new ArrayList<>();
  private String method = "GET";

  private Traffic(URI uri) {
    this.uri = uri;
  }

  /** Requests to this address. */
  public static Traffic to(String uri) {
    return new Traffic(URI.create(uri));
  }

  /** With this header field on every request. */
  public Traffic with(String name, String value) {
    headers.add(name);
    headers.add(value);
    return this;
  }

  /**
   * With POST, which the client never sends a second time by itself: a GET whose connection broke
   * it silently repeats, so that one answer may stand for two requests.
   */
  public Traffic post() {
    method = "POST";
    return this;
  }

  /** Status code to number of answers; 0 stands for a connection that failed. */
  public record Tally(Map<Integer, Integer> byStatus) {
    /** Answers with this status. */
    public int of(int status) {
      return byStatus.getOrDefault(status, 0);
    }

    /** Answers with a status of 200 to 299. */
    public int admitted() {
      return byStatus.entrySet().stream()
          .filter(entry -> entry.getKey() / 100 == 2)
          .mapToInt(Map.Entry::getValue)
          .sum();
    }
  }

  /** One answer; connects again while that fails, since Services follow their pods with a delay. */
  public HttpResponse<String> once() {
    AtomicReference<@Nullable HttpResponse<String>> answer = new AtomicReference<>();
    Eventually.that(
        uri + " can be connected to",
        () -> {
          try (HttpClient client = client()) {
            answer.set(client.send(request(), HttpResponse.BodyHandlers.ofString()));
            return true;
          } catch (ConnectException | HttpConnectTimeoutException e) {
            return false;
          }
        });
    return Objects.requireNonNull(answer.get());
  }

  /** Status and time of one answer; 0 stands for a connection that failed. */
  public record Answer(int status, long millis) {}

  /** So many requests, one after the other over one connection. */
  public List<Answer> inTurn(int requests) {
    List<Answer> answers = new ArrayList<>();
    try (HttpClient client = client()) {
      for (int i = 0; i < requests; i++) {
        long start = System.nanoTime();
        int status = status(client);
        answers.add(new Answer(status, (System.nanoTime() - start) / 1_000_000));
      }
    }
    return answers;
  }

  /** So many requests over several connections at once. */
  public Tally send(int requests) {
    AtomicInteger left = new AtomicInteger(requests);
    return send(() -> left.getAndDecrement() > 0);
  }

  /** Requests over several connections at once for as long as the condition holds. */
  public Tally send(Condition goOn) {
    Map<Integer, Integer> byStatus = new TreeMap<>();
    try (ExecutorService senders = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> ends = new ArrayList<>();
      for (int i = 0; i < SENDERS; i++) {
        ends.add(senders.submit(() -> send(goOn, byStatus)));
      }
      for (Future<?> end : ends) {
        end.get();
      }
    } catch (InterruptedException e) {
      throw interrupted(e);
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
    return new Tally(byStatus);
  }

  /** Whether to send one more. */
  public interface Condition {
    boolean holds();
  }

  private void send(Condition goOn, Map<Integer, Integer> byStatus) {
    try (HttpClient client = client()) {
      while (goOn.holds()) {
        int status = status(client);
        synchronized (byStatus) {
          byStatus.merge(status, 1, Integer::sum);
        }
      }
    }
  }

  private int status(HttpClient client) {
    try {
      return client.send(request(), HttpResponse.BodyHandlers.discarding()).statusCode();
    } catch (IOException e) {
      return 0;
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private HttpRequest request() {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri)
            .method(method, HttpRequest.BodyPublishers.noBody())
            .timeout(Duration.ofSeconds(20));
    return (headers.isEmpty() ? request : request.headers(headers.toArray(String[]::new))).build();
  }

  private static HttpClient client() {
    return HttpClient.newBuilder()
        .version(HttpClient.Version.HTTP_1_1)
        .connectTimeout(Duration.ofSeconds(5))
        .build();
  }

  private static IllegalStateException interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    return new IllegalStateException(e);
  }
}
