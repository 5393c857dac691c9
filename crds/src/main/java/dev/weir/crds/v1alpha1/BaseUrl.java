package dev.weir.crds.v1alpha1;

/**
 * What a provider's base URL may be: CEL rules and what to tell who broke them.
 *
 * <p>A host is a DNS name, never an address. So there is one spelling of a host to judge, and none
 * of those that resolvers take for an address ({@code 127.1}, {@code 0x7f.1}, {@code 2130706433}).
 * What a name resolves to is judged by the sidecar when it connects.
 */
final class BaseUrl {
  private static final String LABEL = "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?";

  /** Two labels or more; the last begins with a letter, as no spelling of an address does. */
  private static final String NAME = "(" + LABEL + "[.])+[a-z]([a-z0-9-]{0,61}[a-z0-9])?";

  private static final String END = "(:[^/?#]*)?([/?#]|$)";

  private static final String PORT =
      "(:([1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5]))?";

  static final String SCHEME =
      "self.matches('^(https://|http://([^/?#]*@)?([a-z0-9-]+[.]){2,}svc([.]cluster[.]local)?"
          + END
          + ")')";
  static final String SCHEME_HELP =
      "write https://; http:// is for Services of the cluster alone, named as in"
          + " http://vllm.models.svc:8000/v1";

  static final String HOST =
      "!self.matches('^https?://') || self.matches('^https?://([^/?#]*@)?" + NAME + END + "')";
  static final String HOST_HELP =
      "name the host by its DNS name in lower-case letters, digits and dashes, with a dot in it and"
          + " none at its end, such as api.openai.com; addresses and single words such as localhost"
          + " are refused, because they may lead to the pod or node itself";

  static final String OWN =
      "!self.matches('^https?://([^/?#]*@)?([a-z0-9-]+[.])+(localhost|localdomain6?)"
          + END
          + "') && !self.matches('^https?://([^/?#]*@)?(metadata|instance-data)[.]([a-z0-9-]+[.])*"
          + "internal"
          + END
          + "')";
  static final String OWN_HELP =
      "the host is the pod or node itself, or the metadata service of a cloud; write the provider's"
          + " own name, such as api.openai.com";

  static final String BARE = "!self.matches('[@?#]')";
  static final String BARE_HELP =
      "write scheme, host, port and path alone, without @, ? and #; an API key belongs in a"
          + " Secret that auth.secretRefs names";

  static final String PORT_AND_PATH =
      "self.matches('[@?#]') || (self.matches('^[^/]*//([[][^]]*[]]|[^/:]*)"
          + PORT
          + "(/[A-Za-z0-9._~!$&+,;=:-]+)*/?$') && !self.matches('/[.][.]?(/|$)'))";
  static final String PORT_AND_PATH_HELP =
      "behind the host comes a port from 1 to 65535 or none, and a path without empty segments, .,"
          + " .., % and spaces or none, such as https://api.openai.com/v1";

  private BaseUrl() {}
}
