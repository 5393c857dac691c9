package dev.weir.operator.validate;

/**
 * One thing that is wrong with a spec.
 *
 * @param path of the field, as in {@code spec.limits[per-user].rates[0].per}; entries of lists that
 *     have names go by them
 * @param message what is wrong and what to write instead
 */
public record Problem(String path, String message) {

  @Override
  public String toString() {
    return path + ": " + message;
  }
}
