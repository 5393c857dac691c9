package dev.weir.operator.boot;

import io.fabric8.kubernetes.client.Config;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts the operator; ends with 1 if it cannot. */
public final class Main {

  private static final Logger log = LoggerFactory.getLogger(Main.class);

  private Main() {}

  /** Takes no arguments; see {@link OperatorConfig} for the environment. */
  public static void main(String[] args) {
    try {
      OperatorConfig config = OperatorConfig.from(System.getenv());
      WeirOperator operator = new WeirOperator(config, Config.autoConfigure(null));
      Runtime.getRuntime().addShutdownHook(new Thread(operator::close, "weir-shutdown"));
      operator.start();
      log.info("Weir operator runs as {} in namespace {}", config.podName(), config.namespace());
    } catch (OperatorConfig.Wrong e) {
      System.err.println("weir-operator cannot start: " + e.getMessage());
      System.exit(1);
    } catch (RuntimeException e) {
      log.error("weir-operator cannot start", e);
      System.exit(1);
    }
  }
}
