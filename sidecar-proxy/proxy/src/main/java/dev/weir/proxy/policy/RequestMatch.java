package dev.weir.proxy.policy;

import dev.weir.protocol.Snapshot.HeaderMatch;
import dev.weir.protocol.Snapshot.Match;
import dev.weir.protocol.Snapshot.PathMatch;
import dev.weir.protocol.Snapshot.PathMatchType;
import dev.weir.proxy.config.RefusedException;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Whether a limit applies to a request. */
final class RequestMatch {
  private final Set<String> methods;
  private final List<PathMatch> paths;
  private final List<HeaderMatch> headers;

  RequestMatch(Match match, String where) throws RefusedException {
    this.methods = Set.copyOf(match.methods());
    this.headers = List.copyOf(match.headers());
    List<PathMatch> normal = new ArrayList<>();
    for (PathMatch path : match.paths()) {
      String value = PathText.normalize(path.value());
      if (value == null || !value.startsWith("/")) {
        throw new RefusedException(
            where
                + " matches the path '"
                + path.value()
                + "', which is ambiguous; write it without dot segments and encoded slashes");
      }
      normal.add(new PathMatch(path.type(), value));
    }
    this.paths = List.copyOf(normal);
  }

  boolean usesPath() {
    return !paths.isEmpty();
  }

  boolean matches(Request request) {
    return (methods.isEmpty() || methods.contains(request.method()))
        && (paths.isEmpty() || matchesPath(request.path()))
        && matchesHeaders(request.headers());
  }

  private boolean matchesPath(@Nullable String path) {
    if (path == null) {
      return false;
    }
    for (PathMatch match : paths) {
      if (match.type() == PathMatchType.EXACT
          ? path.equals(match.value())
          : isPrefix(match.value(), path)) {
        return true;
      }
    }
    return false;
  }

  /** By whole segments: {@code /v1} and {@code /v1/} match {@code /v1} and {@code /v1/x}. */
  private static boolean isPrefix(String value, String path) {
    int length = value.endsWith("/") ? value.length() - 1 : value.length();
    return path.regionMatches(0, value, 0, length)
        && (path.length() == length || path.charAt(length) == '/');
  }

  private boolean matchesHeaders(HttpHeaders fields) {
    for (HeaderMatch match : headers) {
      boolean holds =
          switch (match.type()) {
            case PRESENT -> fields.contains(match.name());
            case ABSENT -> !fields.contains(match.name());
            case EXACT ->
                match.value() != null && fields.contains(match.name(), match.value(), false);
          };
      if (!holds) {
        return false;
      }
    }
    return true;
  }
}
