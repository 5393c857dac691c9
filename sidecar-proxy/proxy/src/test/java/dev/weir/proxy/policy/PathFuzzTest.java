package dev.weir.proxy.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Paths have one form by what a server reads in them, or none. */
class PathFuzzTest {
  private static final String[] PIECES = {
    "/",
    "//",
    "a",
    "B",
    "7",
    "-",
    ".",
    "..",
    "~",
    ":",
    "@",
    "!",
    "$&'()*+,=",
    ";",
    ";x=1",
    "\\",
    "%",
    "%2",
    "%4",
    "1",
    "%41",
    "%7e",
    "%7E",
    "%2e",
    "%2E",
    "%2f",
    "%2F",
    "%5c",
    "%3a",
    "%3b",
    "%25",
    "%2525",
    "%20",
    "%00",
    "%0a",
    "%7f",
    "%c3%a4",
    "%C3",
    "%ff",
    "%zz",
    "%+1",
    "%-1",
    "%%",
    "\"",
    "<",
    ">",
    "[",
    "]",
    "^",
    "`",
    "{",
    "|",
    "}",
    " ",
    "\t",
    "\0",
    "\u007f",
    "\u00e4",
    "%\uff11\uff12",
    "*",
    "?",
    "#"
  };

  /** What a segment can be for the application, once decoded. */
  private static final String[] SEGMENTS = {
    "a", "A", "v1", "a:run", "a.b", "...", "..c", "~", "a;b", ";", "a%b", "%41", "a b", "a+b", "+",
    "{x}", "(1)", "a,b=c", "\"", "ä", "\u20ac", "*", "@", "?", "#"
  };

  private static final String[] AMBIGUOUS = {
    "/../",
    "/./",
    "/%2e%2E/",
    "/.%2e/",
    "/%2e/",
    "/..;x/",
    "/.;/",
    "%2f",
    "%2F",
    "%5c",
    "%5C",
    "\\",
    "%00",
    "%1f",
    "%7F",
    "\0",
    "\r",
    " ",
    "\u007f",
    "\u00e4",
    "%zz",
    "%+1",
    "%-1",
    "%\uff11\uff12",
    ";%2f",
    ";\\",
    ";%zz"
  };

  @Property(tries = 5000, seed = "3")
  void anyTextHasAnUnambiguousFormOrNone(@ForAll("texts") String text) {
    String normal = PathText.normalize(text);
    if (normal != null) {
      assertThat(PathText.normalize(normal)).isEqualTo(normal);
      assertThat(normal)
          .matches("([!$&-:=@A-Z_a-z~]|%[0-9A-F]{2})*")
          .doesNotContain("//", "%2F", "%5C", "%41", "%3A")
          .doesNotContainPattern("/[.][.]?(/|$)");
    }
  }

  @Property(tries = 3000, seed = "5")
  void howAPathIsWrittenMakesNoDifference(
      @ForAll("segments") List<String> segments, @ForAll Random random) {
    String normal = PathText.normalize(written(segments, random));
    assertThat(normal).isNotNull().isEqualTo(PathText.normalize(written(segments, random)));
  }

  @Property(tries = 3000, seed = "9")
  void differentSegmentsHaveDifferentForms(
      @ForAll("segments") List<String> some,
      @ForAll("segments") List<String> others,
      @ForAll Random random) {
    String one = PathText.normalize(written(some, random));
    String other = PathText.normalize(written(others, random));
    assertThat(one != null && one.equals(other)).isEqualTo(some.equals(others));
  }

  @Property(tries = 2000, seed = "13")
  void oneAmbiguousPieceIsEnough(
      @ForAll("segments") List<String> before,
      @ForAll("segments") List<String> after,
      @ForAll("ambiguous") String piece,
      @ForAll Random random) {
    String path = written(before, random) + piece + written(after, random);
    assertThat(PathText.normalize(path)).as(path).isNull();
  }

  /** One of the many ways to write a path of these segments. */
  private static String written(List<String> segments, Random random) {
    StringBuilder path = new StringBuilder();
    for (String segment : segments) {
      path.append("/".repeat(random.nextInt(4) == 0 ? 3 : 1));
      for (byte octet : segment.getBytes(StandardCharsets.UTF_8)) {
        boolean raw = octet > ' ' && ";%?#\\".indexOf(octet) < 0 && random.nextBoolean();
        String digits = random.nextBoolean() ? "%%%02x" : "%%%02X";
        path.append(raw ? "" + (char) octet : digits.formatted(octet));
      }
      path.append(random.nextInt(4) == 0 ? ";p=1;/;%3b".substring(0, random.nextInt(5)) : "");
    }
    return path.toString();
  }

  @Provide
  Arbitrary<String> texts() {
    return Arbitraries.of(PIECES).list().ofMaxSize(12).map(pieces -> String.join("", pieces));
  }

  @Provide
  Arbitrary<List<String>> segments() {
    return Arbitraries.of(SEGMENTS).list().ofMinSize(1).ofMaxSize(4);
  }

  @Provide
  Arbitrary<String> ambiguous() {
    return Arbitraries.of(AMBIGUOUS);
  }
}
