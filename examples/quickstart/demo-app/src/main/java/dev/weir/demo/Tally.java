package dev.weir.demo;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What became of the requests of one series. Thread-safe. */
final class Tally {
  private static final int LIMITED = 429;

  private final String series;
  private final @Nullable Pattern summed;
  private final Map<Integer, Integer> statuses = new TreeMap<>();
  private long sum;
  private @Nullable Json limitedSample;
  private @Nullable String failureSample;

  /**
   * Nothing yet.
   *
   * @param sum a member of the answers to add up; null for none
   */
  Tally(String series, @Nullable String sum) {
    this.series = series;
    this.summed =
        sum == null ? null : Pattern.compile('"' + Pattern.quote(sum) + "\"\\s*:\\s*(\\d{1,18})");
  }

  synchronized void count(int status, Map<String, List<String>> headers, String body) {
    statuses.merge(status, 1, Integer::sum);
    if (summed != null && isAdmitted(status)) {
      Matcher number = summed.matcher(body);
      sum += number.find() ? Long.parseLong(number.group(1)) : 0;
    }
    if (status == LIMITED && limitedSample == null) {
      Json fields = new Json();
      headers.forEach((name, values) -> fields.text(name, String.join(", ", values)));
      limitedSample =
          new Json().number("status", status).object("headers", fields).text("body", body);
    }
  }

  synchronized void countFailure(Exception failure) {
    statuses.merge(0, 1, Integer::sum);
    failureSample = failure.toString();
  }

  synchronized String toJson() {
    long asked = 0;
    long admitted = 0;
    long limited = 0;
    Json byStatus = new Json();
    for (Map.Entry<Integer, Integer> entry : statuses.entrySet()) {
      int status = entry.getKey();
      int count = entry.getValue();
      asked += count;
      admitted += isAdmitted(status) ? count : 0;
      limited += status == LIMITED ? count : 0;
      byStatus.number(Integer.toString(status), count);
    }
    Json line =
        new Json()
            .text("series", series)
            .number("asked", asked)
            .number("admitted", admitted)
            .number("limited", limited)
            .number("other", asked - admitted - limited)
            .object("statuses", byStatus);
    if (summed != null) {
      line.number("sum", sum);
    }
    if (limitedSample != null) {
      line.object("limitedSample", limitedSample);
    }
    if (failureSample != null) {
      line.text("failureSample", failureSample);
    }
    return line.toString();
  }

  private static boolean isAdmitted(int status) {
    return status >= 200 && status < 300;
  }
}
