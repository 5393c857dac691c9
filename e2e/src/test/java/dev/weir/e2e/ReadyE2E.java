package dev.weir.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.e2e.harness.DemoApp;
import dev.weir.e2e.harness.Kubectl;
import dev.weir.e2e.harness.OnWeirCluster;
import dev.weir.e2e.harness.Policies;
import dev.weir.e2e.harness.WeirCluster;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** {@code Ready} means that every sidecar enforces. */
@OnWeirCluster
class ReadyE2E {
  private static final int EDITS = 8;
  private static final int SENDERS = 4;

  private final WeirCluster cluster;

  ReadyE2E(WeirCluster cluster) {
    this.cluster = cluster;
  }

  /** A request that was answered: when it began, and which revision decided it. */
  private record Answer(long startedNanos, String revision) {}

  /** From when on {@code Ready} was seen to be true for this revision, until the next edit. */
  private record Epoch(long readyNanos, long nextEditNanos, String revision) {}

  @Test
  void noRequestAfterReadyIsDecidedByAnOlderRevisionWhilePodsComeAndGo() throws Exception {
    try (DemoApp app = DemoApp.injected(cluster, "ready", 2)) {
      Kubectl kubectl = app.kubectl();
      kubectl.apply(policy(1000));
      kubectl.await("Ready", "rlpol/api", Duration.ofMinutes(2));
      Queue<Answer> answers = new ConcurrentLinkedQueue<>();
      AtomicBoolean stop = new AtomicBoolean();
      List<Thread> senders = new ArrayList<>();
      for (int i = 0; i < SENDERS; i++) {
        senders.add(Thread.ofVirtual().start(() -> send(app.url("/"), answers, stop)));
      }
      List<Epoch> epochs = new ArrayList<>();
      for (int edit = 0; edit < EDITS; edit++) {
        disturb(app, edit);
        kubectl.apply(policy(1000 - edit));
        kubectl.await("Ready", "rlpol/api", Duration.ofMinutes(2));
        long ready = System.nanoTime();
        String revision = kubectl.get("rlpol/api", "{.status.dataPlane.revision}");
        Thread.sleep(1500); // Traffic must meet the revision; the next edit ends its reign.
        epochs.add(new Epoch(ready, System.nanoTime(), revision));
      }
      stop.set(true);
      for (Thread sender : senders) {
        sender.join();
      }
      assertThat(epochs).extracting(Epoch::revision).doesNotHaveDuplicates();
      for (Epoch epoch : epochs) {
        List<Answer> during =
            answers.stream()
                .filter(answer -> answer.startedNanos() > epoch.readyNanos())
                .filter(answer -> answer.startedNanos() < epoch.nextEditNanos())
                .toList();
        assertThat(during).as("answers after Ready of %s", epoch.revision()).isNotEmpty();
        assertThat(during).extracting(Answer::revision).containsOnly(epoch.revision());
      }
      System.out.printf("%d answers over %d revisions%n", answers.size(), epochs.size());
    }
  }

  @Test
  void columnsAreNarrowAndSpeakForThemselves() {
    try (DemoApp app = DemoApp.injected(cluster, "columns", 2)) {
      app.kubectl().apply(policy(1000));
      app.kubectl().await("Ready", "rlpol/api", Duration.ofMinutes(2));
      String table = app.kubectl().run("get", "rlpol");
      System.out.println(table);
      assertThat(table.lines()).allSatisfy(line -> assertThat(line.length()).isLessThan(110));
      assertThat(table.lines().findFirst().orElseThrow().split(" +"))
          .containsExactly("NAME", "TARGET", "LIMITS", "MODE", "PODS", "LIMITED", "READY", "AGE");
      assertThat(table).contains("Deployment/api").contains("2/2").contains("True");
    }
  }

  private static void disturb(DemoApp app, int edit) {
    switch (edit % 4) {
      case 1 -> app.kubectl().run("scale", "deployment/api", "--replicas=3");
      case 2 -> app.cluster().sidecarsOf(app.pods()[0]).forEach(ProcessHandle::destroyForcibly);
      case 3 -> app.kubectl().run("delete", "pod", app.pods()[0], "--wait=false");
      default -> app.kubectl().run("scale", "deployment/api", "--replicas=2");
    }
  }

  private static String policy(int limit) {
    return Policies.perUser(limit, "1s", "");
  }

  private static void send(String url, Queue<Answer> answers, AtomicBoolean stop) {
    while (!stop.get()) {
      // A client of its own now and then: new pods must get their share of connections.
      try (HttpClient client =
          HttpClient.newBuilder()
              .version(HttpClient.Version.HTTP_1_1)
              .connectTimeout(Duration.ofSeconds(2))
              .build()) {
        for (int i = 0; i < 20 && !stop.get(); i++) {
          long started = System.nanoTime();
          HttpResponse<Void> response =
              client.send(
                  HttpRequest.newBuilder(URI.create(url)).timeout(Duration.ofSeconds(5)).build(),
                  HttpResponse.BodyHandlers.discarding());
          response
              .headers()
              .firstValue("weir-revision")
              .ifPresent(revision -> answers.add(new Answer(started, revision)));
          Thread.sleep(5);
        }
      } catch (IOException e) {
        // A pod went away; that is what the test does to it.
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }
}
