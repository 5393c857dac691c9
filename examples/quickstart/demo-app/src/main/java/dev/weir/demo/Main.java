package dev.weir.demo;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;

/** Serves or sends, as the arguments say. */
public final class Main {
  private static final String HELP =
      """
      An application to try Weir on.

        (no argument)     serve on port $PORT (8080):
                            /healthz       200
                            /slow?ms=500   as below, after that time
                            /ask?q=Why     what the LLM at $OPENAI_BASE_URL says, asked with
                                           the key in x-api-key of the request
                            anything else  method, path and pod as JSON
        traffic OPTIONS   send requests and print one line of JSON for each series

      Options of traffic, in order; what stands before the first --series holds for all of them:
        --url URL          where to (required)
        --requests N       how many in each series (100)
        --connections N    over how many connections in each series (4)
        --method METHOD    GET, or another without a body (GET)
        --timeout-ms N     for each request (5000)
        --sum NAME         adds up this number in the JSON of admitted answers
        --series NAME      begins a series; all series run at the same time
        --header 'A: b'    sent with each request of the series, may be repeated

      A line: series, asked, admitted (2xx), limited (429), other, statuses (count by status, 0 for
      no answer), sum (with --sum), and limitedSample (status, headers and body of one response with
      429).

        traffic --url http://api/ --requests 200 \\
          --series alice --header 'X-User: alice' --series bob --header 'X-User: bob'
      """;

  private Main() {}

  /** Exits with 0, with 64 for arguments that are not understood, with 1 if it can't serve. */
  public static void main(String[] args) {
    List<String> arguments = List.of(args);
    if (arguments.contains("--help")) {
      System.out.print(HELP);
    } else if (arguments.isEmpty()) {
      serve(System.getenv());
    } else if (arguments.getFirst().equals("traffic")) {
      send(arguments.subList(1, arguments.size()));
    } else {
      System.err.println("Unknown argument " + arguments.getFirst() + ", see --help");
      System.exit(64);
    }
  }

  private static void serve(Map<String, String> environment) {
    String port = environment.getOrDefault("PORT", "8080");
    String pod = environment.getOrDefault("POD_NAME", environment.getOrDefault("HOSTNAME", "?"));
    String llm = environment.get("OPENAI_BASE_URL");
    try {
      Assistant assistant = llm == null ? null : new Assistant(llm);
      Server server = new Server(new InetSocketAddress(Integer.parseInt(port)), pod, assistant);
      Runtime.getRuntime().addShutdownHook(new Thread(server::close));
      System.out.println("Serving on port " + server.port());
    } catch (IOException | IllegalArgumentException e) {
      System.err.println("Can't serve on PORT=" + port + ": " + e);
      System.exit(1);
    }
  }

  private static void send(List<String> arguments) {
    Plan plan;
    try {
      plan = Plan.parse(arguments);
    } catch (IllegalArgumentException e) {
      System.err.println(e.getMessage() + "; see --help");
      System.exit(64);
      return;
    }
    Traffic.send(plan, System.out::println);
  }
}
