package dev.quota.servlet;

import dev.quota.Reservation;
import dev.quota.Settlement;
import dev.quota.http.ReservationNotices;

/**
 * Makes server-sent events about a reservation as text. The endpoint writes them to its own stream.
 * Thread-safe.
 *
 * <pre>{@code
 * event: quota
 * data: {"reason":"settled","cost":812,"message":{…},"state":{…}}
 * }</pre>
 *
 * <p>{@code message} has the texts for a person, in their language. {@code state} is the state
 * document of the quota. The schema is {@code quota/schema/notice.schema.json}.
 */
public final class Notices {

  /**
   * The format of an error in the streams of common providers, so that their clients understand it.
   */
  public enum ErrorShape {
    /** {@code data: {"error":{"message":…,"type":…,"param":null,"code":…}}}. */
    OPENAI,
    /**
     * {@code event: error} and {@code data:
     * {"type":"error","error":{"type":…,"message":…},"message":…}}.
     */
    ANTHROPIC
  }

  private final ReservationNotices events;

  Notices(ReservationNotices events) {
    this.events = events;
  }

  /**
   * Returns the event that the work goes on beyond the limit, within its grace.
   *
   * @param reservation the reservation of the work
   * @return the text of the event, with the empty line at its end
   */
  public String grace(Reservation reservation) {
    return events.grace(reservation).frame();
  }

  /**
   * Returns the event that the work was stopped at the limit. What was delivered stays charged.
   *
   * @param reservation the reservation of the work
   * @return the text of the event, with the empty line at its end
   */
  public String cut(Reservation reservation) {
    return events.cut(reservation).frame();
  }

  /**
   * Returns the event with the final cost of the work and the present state.
   *
   * @param settlement the settlement of the reservation
   * @return the text of the event, with the empty line at its end
   */
  public String settled(Settlement settlement) {
    return events.settled(settlement).frame();
  }

  /**
   * Returns the event that the work was stopped at the limit, in the format of a provider.
   *
   * @param reservation the reservation of the work
   * @param shape the format
   * @return the text of the event, with the empty line at its end
   */
  public String error(Reservation reservation, ErrorShape shape) {
    return switch (shape) {
      case OPENAI -> events.openAiError(reservation).frame();
      case ANTHROPIC -> events.anthropicError(reservation).frame();
    };
  }
}
