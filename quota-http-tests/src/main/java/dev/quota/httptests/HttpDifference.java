package dev.quota.httptests;

import java.util.regex.Pattern;

/** What some stacks answer in another way than servlets, as {@code docs/http.md} says. */
public enum HttpDifference {

  /** A header of ours that an endpoint adds replaces ours; servlets send both. */
  OWN_HEADERS_ALONE {
    @Override
    String applyTo(String recorded, String answered) {
      return OURS_BESIDE_OWN.matcher(recorded).replaceAll("");
    }
  },

  /**
   * The stack itself refuses a malformed {@code Accept} or {@code Accept-Language} with 400, before
   * anything is charged.
   */
  MALFORMED_ACCEPT_IS_REFUSED {
    @Override
    String applyTo(String recorded, String answered) {
      return MALFORMED_ACCEPT.matcher(recorded).find() && answered.contains("\n< 400\n")
          ? answered
          : recorded;
    }
  },

  /** The stack answers OPTIONS of a metered endpoint in its own way. It is free there, too. */
  OPTIONS_OF_THE_STACK {
    @Override
    String applyTo(String recorded, String answered) {
      return OPTIONS.matcher(recorded).find() && !OURS.matcher(answered).find()
          ? answered
          : recorded;
    }
  },

  /** The stack frames events, with no space behind a colon. */
  EVENTS_WITHOUT_SPACES {
    @Override
    String applyTo(String recorded, String answered) {
      return recorded.replace("\nevent: ", "\nevent:").replace("\ndata: ", "\ndata:");
    }
  };

  private static final Pattern OPTIONS = Pattern.compile("^> OPTIONS /(?!quota/)");

  private static final Pattern OURS = Pattern.compile("(?m)^< (ratelimit|quota-|retry-after)");

  private static final Pattern OURS_BESIDE_OWN =
      Pattern.compile("(?m)^(< (ratelimit|quota-level): ).*\n(?=\\1.*mine)");

  private static final Pattern MALFORMED_ACCEPT =
      Pattern.compile("(?m)^> Accept(: text/html;q=banana|: ;;;,,,=|-Language: de;q=nope)$");

  /** Returns what these stacks answer, given a request with its recorded answer. */
  abstract String applyTo(String recorded, String answered);
}
