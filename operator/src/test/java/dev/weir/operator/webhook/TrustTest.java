package dev.weir.operator.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.cert.CertificateParsingException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TrustTest {

  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final Lifetimes YEAR = Lifetimes.DEFAULT;

  @Test
  void aYearInTheLifeOfAnAuthority() {
    Trust first = Trust.create(START, YEAR);
    assertThat(first.advance(START.plus(Duration.ofDays(240)), YEAR)).isSameAs(first);

    Instant due = START.plus(Duration.ofDays(245));
    Trust announced = first.advance(due, YEAR);
    assertThat(announced.signing()).isEqualTo(first.signing());
    assertThat(announced.next()).isNotNull();
    assertThat(certificates(announced)).isEqualTo(2);
    assertThat(announced.advance(due.plus(Duration.ofHours(23)), YEAR)).isSameAs(announced);

    Trust switched = announced.advance(due.plus(Duration.ofDays(1)), YEAR);
    assertThat(switched.signing()).isEqualTo(announced.next());
    assertThat(switched.previous()).isEqualTo(first.signing().certificate());
    assertThat(certificates(switched)).isEqualTo(2);

    Trust alone = switched.advance(START.plus(Duration.ofDays(365)), YEAR);
    assertThat(alone.previous()).isNull();
    assertThat(alone.signing()).isEqualTo(switched.signing());
  }

  @Test
  void anOperatorThatWasAwayForYearsBeginsAnew() {
    Trust first = Trust.create(START, YEAR);
    Instant late = START.plus(Duration.ofDays(1000));
    Trust fresh = first.advance(late, YEAR);
    assertThat(fresh.signing()).isNotEqualTo(first.signing());
    assertThat(certificates(fresh)).isEqualTo(1);
  }

  @Test
  void survivesItsSecret() {
    Trust trust =
        Trust.create(START, YEAR)
            .advance(START.plus(Duration.ofDays(300)), YEAR)
            .advance(START.plus(Duration.ofDays(302)), YEAR);
    assertThat(trust.data()).containsOnlyKeys("ca.crt", "ca.key", "previous.crt");
    assertThat(Trust.of(trust.data()).bundle()).isEqualTo(trust.bundle());
    Trust announced = Trust.create(START, YEAR).advance(START.plus(Duration.ofDays(300)), YEAR);
    assertThat(Trust.of(announced.data()).bundle()).isEqualTo(announced.bundle());
  }

  @Test
  void brokenSecretsAreSaidToBe() {
    for (Map<String, String> data :
        List.<Map<String, String>>of(
            Map.of(),
            Map.of("ca.crt", "!", "ca.key", "!"),
            Map.of("ca.crt", "YQ==", "ca.key", "YQ=="))) {
      assertThatThrownBy(() -> Trust.of(data)).isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void aLeafNamesTheServiceAndThePodAndEndsWithItsIssuer() throws CertificateParsingException {
    Authority authority = Authority.create(START, Duration.ofDays(3));
    Authority leaf =
        authority.issue(
            List.of("a.b.svc"), List.of("10.0.0.1", "fd00::1"), START, Duration.ofDays(7));
    assertThat(leaf.certificate().getNotAfter()).isEqualTo(authority.certificate().getNotAfter());
    assertThat(leaf.certificate().getSubjectAlternativeNames())
        .extracting(name -> String.valueOf(name.get(1)))
        .contains("a.b.svc", "10.0.0.1");
    assertThat(authority.issued(leaf)).isTrue();
    assertThat(Authority.create(START, Duration.ofDays(3)).issued(leaf)).isFalse();
  }

  private static long certificates(Trust trust) {
    return trust.bundle().lines().filter(line -> line.contains("BEGIN CERTIFICATE")).count();
  }
}
