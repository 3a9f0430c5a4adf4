package dev.quota.httptests;

import java.util.List;
import java.util.Set;

/**
 * A stack with its adapter, whose answers are compared with the record. A stack's test implements
 * {@link HttpContract}. Its application has these endpoints, each for GET and POST:
 *
 * <table>
 * <caption>What the endpoints charge</caption>
 * <tr><th>path</th><th>quota</th></tr>
 * <tr><td>{@code /chat}</td><td>{@code chat}</td></tr>
 * <tr><td>{@code /chat/three}</td><td>{@code chat}, cost 3</td></tr>
 * <tr><td>{@code /ping}, {@code /week}, {@code /rolling-day}, {@code /image}, {@code /upload},
 * {@code /spend}, {@code /routed}, {@code /huge}</td><td>of the same name</td></tr>
 * <tr><td>{@code /both}</td><td>{@code ping}, then {@code chat}</td></tr>
 * <tr><td>{@code /sized}</td><td>{@code image}, cost from the parameter {@code n}</td></tr>
 * <tr><td>{@code /team}</td><td>{@code team-chat}</td></tr>
 * <tr><td>{@code /smart}</td><td>{@code smart}; the text is {@code small model} if degraded, else
 * {@code large model}</td></tr>
 * <tr><td>{@code /tokens}</td><td>{@code tokens}, cost 0; see {@link Asked#tokens}</td></tr>
 * <tr><td>{@code /keyed}</td><td>{@code chat}, idempotent; see {@link Asked#keyed}</td></tr>
 * <tr><td>{@code /key-demanded}</td><td>{@code chat}, idempotent, key required</td></tr>
 * <tr><td>{@code /away/deny}, {@code /away/allow}, {@code /away/local}</td><td>{@code away-deny},
 * {@code away-allow}, {@code away-local}</td></tr>
 * <tr><td>{@code /agents}, {@code /agents/seven}</td><td>{@code agents}, cost 1 and 7, if {@link
 * HttpApp#hasConversations}, and then of the others only {@code /chat}, {@code /keyed} and {@code
 * /open}; with the parameter {@code pass-on} the text is the conversation header, or {@code
 * none}</td></tr>
 * <tr><td>{@code /open}</td><td>none</td></tr>
 * </table>
 *
 * <p>The state endpoints are below {@code /quota}. Every other text is {@code done}. An endpoint
 * does what {@link Asked} says. In front of the quotas, a filter of the application sets the header
 * {@code Access-Control-Allow-Origin: https://shop.example} if the request has {@code Origin}, and
 * {@code CDN-Cache-Control: max-age=60} if it has {@code X-Cdn}.
 */
public interface HttpStack {

  /**
   * Starts an application at the root of a free port of 127.0.0.1.
   *
   * @param app says what its adapter is given
   * @return the application
   * @throws Exception what kept it from starting
   */
  RunningStack start(HttpApp app) throws Exception;

  /**
   * Returns what this stack answers in another way, as {@code docs/http.md} says.
   *
   * @return by default nothing
   */
  default Set<HttpDifference> differences() {
    return Set.of();
  }

  /**
   * Returns the languages in which all refusals and states are compared. Each needs two starts.
   *
   * @return by default all that are recorded
   */
  default List<String> languages() {
    return List.of("en", "de", "fr", "es", "pl", "ar", "ja", "zh");
  }

  /**
   * Returns the name of the file that has the record.
   *
   * @param name what all stacks call it
   * @return by default the same
   */
  default String record(String name) {
    return name;
  }
}
