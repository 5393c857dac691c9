package dev.weir.proxy.policy;

import dev.weir.limits.Store;
import dev.weir.protocol.FromOperator;
import dev.weir.protocol.Snapshot;
import dev.weir.proxy.config.RefusedException;
import dev.weir.proxy.identity.KeyDigest;
import dev.weir.proxy.inbound.Head;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A snapshot in the form in which it decides requests. Immutable, thread-safe. */
public final class Rules {
  private final String revision;
  private final Store store;
  private final List<CompiledLimit> limits;
  private final Accounts accounts;
  private final boolean usesPath;

  private Rules(String revision, Store store, List<CompiledLimit> limits, Accounts accounts) {
    this.revision = revision;
    this.store = store;
    this.limits = limits;
    this.accounts = accounts;
    this.usesPath = limits.stream().anyMatch(CompiledLimit::usesPath);
  }

  /**
   * Compiles what governs the workload's own port.
   *
   * @throws RefusedException when it cannot be honoured
   */
  static Rules compile(FromOperator.Update update, Store store, Counts counts)
      throws RefusedException {
    return compile(Scope.workload(update.snapshot()), update, store, counts);
  }

  static Rules compile(Scope scope, FromOperator.Update update, Store store, Counts counts)
      throws RefusedException {
    List<CompiledLimit> limits = new ArrayList<>();
    for (Snapshot.Policy policy : scope.policies()) {
      for (Snapshot.Limit limit : policy.limits()) {
        limits.add(new CompiledLimit(policy.name(), limit, counts));
      }
    }
    Accounts accounts = new Accounts(scope, update.secrets(), counts);
    Reach.check(scope, limits, accounts.plans());
    return new Rules(update.revision(), store, List.copyOf(limits), accounts);
  }

  /** The snapshot's revision. */
  public String revision() {
    return revision;
  }

  /** Who sends it, and what it is charged. */
  public Ruling rule(Head head, KeyDigest digest) {
    String path = usesPath ? PathText.normalize(head.path()) : null;
    if (usesPath && path == null) {
      return refused(
          "The path has dot segments, encoded slashes or malformed encodings, and a limit depends"
              + " on the path here.");
    }
    HttpHeaders headers = head.headers();
    Charges charges = new Charges();
    Problem problem = accounts.charge(headers, digest, charges);
    if (problem != null) {
      return new Ruling.Refused(problem);
    }
    if (!limits.isEmpty()) {
      String missing =
          charge(new Request(head.method().name(), path, head.query(), headers), charges);
      if (missing != null) {
        return refused(missing);
      }
    }
    return new Charged(store, charges);
  }

  private @Nullable String charge(Request request, Charges charges) {
    for (CompiledLimit limit : limits) {
      String missing = limit.charge(request, charges);
      if (missing != null) {
        return missing;
      }
    }
    return null;
  }

  private static Ruling refused(String detail) {
    return new Ruling.Refused(Problem.of(HttpResponseStatus.BAD_REQUEST, detail));
  }
}
