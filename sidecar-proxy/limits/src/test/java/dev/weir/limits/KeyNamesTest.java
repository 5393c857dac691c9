package dev.weir.limits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class KeyNamesTest {

  private final KeyNames names = new KeyNames("shop");

  @Test
  void namesAreReadable() {
    assertThat(counter("r/p/l/FixedWindow/1h", "alice@example.com"))
        .isEqualTo("weir:{shop}:w:r/p/l/FixedWindow/1h:alice@example.com");
    assertThat(names.counter(Cases.deny(Cases.bucket(1, 1, 1), "u", 1)))
        .isEqualTo("weir:{shop}:b:bucket:u");
    assertThat(names.holder("00ff")).isEqualTo("weir:{shop}:h:00ff");
    assertThat(names.index("q/p/t/q/Month")).isEqualTo("weir:{shop}:i:q/p/t/q/Month:");
  }

  @Test
  void longSubjectsAreHashed() {
    String name = counter("a", "x".repeat(129));
    assertThat(name).matches("weir:\\{shop}:w:a:#[0-9a-f]{64}");
    assertThat(name).isNotEqualTo(counter("a", "x".repeat(130)));
    assertThat(counter("a", "ä".repeat(64))).endsWith("ä");
    assertThat(counter("a", "ä".repeat(65))).contains("#");
  }

  @Test
  void emptyNamespace_isRefused() {
    assertThatThrownBy(() -> new KeyNames("")).hasMessageContaining("namespace");
  }

  @Property
  void noTwoCountersShareAName(@ForAll @Size(max = 4) List<@Piece String> pieces) {
    Set<String> made = new HashSet<>();
    Set<CounterKey> keys = new HashSet<>();
    for (String id : pieces) {
      for (String subject : pieces) {
        if (keys.add(new CounterKey(id, subject))) {
          assertThat(made.add(counter(id, subject))).as("%s, %s", id, subject).isTrue();
        }
      }
    }
  }

  @Property
  void theHashTagIsTheNamespace(@ForAll @Piece String namespace, @ForAll @Piece String subject) {
    if (!namespace.isEmpty()) {
      KeyNames other = new KeyNames(namespace);
      String name = other.counter(Cases.deny(Cases.hourly("a", 1), subject, 1));
      assertThat(name).startsWith("weir:{" + KeyNames.escaped(namespace) + "}:w:");
      assertThat(name.indexOf('}')).isEqualTo(other.incarnation().indexOf('}'));
      assertThat(name.chars()).noneMatch(c -> c <= ' ');
    }
  }

  private String counter(String id, String subject) {
    return names.counter(Cases.deny(Cases.hourly(id, 1), subject, 1));
  }
}
