package dev.weir.proxy.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.protocol.Snapshot.KeyPart;
import dev.weir.protocol.Snapshot.KeySource;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Paths, query parameters and keys as limits compare them. */
class TextTest {

  @ParameterizedTest
  @CsvSource({
    "/, /",
    "/a/b, /a/b",
    "/a//b///, /a/b/",
    "/%61%2D%7e, /a-~",
    "/%c3%a4, /%C3%A4",
    "/%20, /%20",
    "/%25, /%25",
    "/.well-known/x, /.well-known/x",
    "/a.b/..c, /a.b/..c",
    "/a;p=1/b, /a/b",
    "/a;/b;x;y=1, /a/b",
    "/a;%70=%31/b, /a/b",
    "/;x/a, /a",
    "/a/;x/b, /a/b",
    "/a/;x, /a/",
    "/a%3bx/b, /a%3Bx/b",
    "/a%3Arun, /a:run",
    "/a%28%40%29%2b, /a(@)+",
    "/{a}|[b], /%7Ba%7D%7C%5Bb%5D",
    "*, *"
  })
  void pathsHaveOneForm(String path, String normal) {
    assertThat(PathText.normalize(path)).isEqualTo(normal);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/a/../b",
        "/..",
        "/.",
        "/a/./b",
        "/a/%2e%2e/b",
        "/a/.%2E/b",
        "/a%2fb",
        "/a%2Fb",
        "/a\\b",
        "/a%5cb",
        "/a/..;x/b",
        "/a/%2e.;x=1/b",
        "/a/.;/b",
        "/a;%2f/b",
        "/a;x\\y/b",
        "/a;%zz/b",
        "/%",
        "/%4",
        "/%zz",
        "/%+1",
        "/a b",
        "/\u00e4",
        "/%00",
        "/%0a",
        "/%7f"
      })
  void ambiguousPathsHaveNone(String path) {
    assertThat(PathText.normalize(path)).isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "user=a, a",
    "x=1&user=a&y=2, a",
    "user=a&user=b, 'a,b'",
    "us%65r=a%20b, a b",
    "user=a+b, a b",
    "user=%zz, %zz",
    "user=%+1, %+1",
    "user=a+%ff, a+%ff",
    "user=%C3%A4, \u00e4",
    "user, ''",
    "user=, ''",
    "xuser=a,",
    "'',"
  })
  void queryParameters(String query, String value) {
    assertThat(QueryText.parameter(query, "user")).isEqualTo(value);
  }

  @Test
  void differentPartsGiveDifferentKeys() {
    KeyText key = new KeyText(List.of(header("x-a"), header("x-b")));
    assertThat(key.of(request("a|b", "c"))).isEqualTo("a%7Cb|c");
    assertThat(key.of(request("a", "b|c"))).isEqualTo("a|b%7Cc");
    assertThat(key.of(request("", ""))).isEqualTo("|");
    assertThat(key.of(request(null, ""))).isEqualTo("%-|");
    assertThat(key.of(request("%-", ""))).isEqualTo("%25-|");
    assertThat(key.of(request("", null))).isEqualTo("|%-");
  }

  private static KeyPart header(String name) {
    return new KeyPart(KeySource.HEADER, name);
  }

  private static Request request(@Nullable String a, @Nullable String b) {
    HttpHeaders headers = new DefaultHttpHeaders();
    if (a != null) {
      headers.set("X-A", a);
    }
    if (b != null) {
      headers.set("X-B", b);
    }
    return new Request("GET", "/", "", headers);
  }
}
