package dev.weir.demo;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What to send.
 *
 * @param requests in each series
 * @param connections in each series
 * @param sum a member of the answers to add up; null for none
 */
record Plan(
    URI url,
    int requests,
    int connections,
    String method,
    Duration timeout,
    @Nullable String sum,
    List<Series> series) {

  record Series(String name, List<Header> headers) {}

  record Header(String name, String value) {}

  /**
   * Reads the command line, see {@code --help}.
   *
   * @throws IllegalArgumentException naming the argument that is wrong
   */
  static Plan parse(List<String> arguments) {
    @Nullable URI url = null;
    int requests = 100;
    int connections = 4;
    String method = "GET";
    int timeoutMillis = 5000;
    @Nullable String sum = null;
    List<Header> common = new ArrayList<>();
    List<Series> series = new ArrayList<>();
    Iterator<String> rest = arguments.iterator();
    while (rest.hasNext()) {
      String option = rest.next();
      if (!rest.hasNext()) {
        throw new IllegalArgumentException(option + " is unknown or lacks its value");
      }
      String value = rest.next();
      switch (option) {
        case "--url" -> url = url(value);
        case "--requests" -> requests = positive(option, value);
        case "--connections" -> connections = positive(option, value);
        case "--method" -> method = value;
        case "--timeout-ms" -> timeoutMillis = positive(option, value);
        case "--sum" -> sum = value;
        case "--series" -> series.add(new Series(value, new ArrayList<>(common)));
        case "--header" ->
            (series.isEmpty() ? common : series.getLast().headers()).add(header(value));
        default -> throw new IllegalArgumentException(option + " is unknown");
      }
    }
    if (url == null) {
      throw new IllegalArgumentException("--url is missing");
    }
    if (series.isEmpty()) {
      series.add(new Series("all", common));
    }
    return new Plan(
        url,
        requests,
        Math.min(connections, requests),
        method,
        Duration.ofMillis(timeoutMillis),
        sum,
        List.copyOf(series));
  }

  private static URI url(String value) {
    URI url = URI.create(value);
    if (!"http".equals(url.getScheme()) || url.getHost() == null) {
      throw new IllegalArgumentException("--url " + value + " must be http://host[:port]/path");
    }
    return url;
  }

  private static Header header(String value) {
    int colon = value.indexOf(':');
    if (colon < 1) {
      throw new IllegalArgumentException("--header " + value + " must look like 'Name: value'");
    }
    return new Header(value.substring(0, colon).strip(), value.substring(colon + 1).strip());
  }

  private static int positive(String option, String value) {
    try {
      int number = Integer.parseInt(value);
      if (number > 0) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Reported below.
    }
    throw new IllegalArgumentException(option + " " + value + " must be a number above 0");
  }
}
