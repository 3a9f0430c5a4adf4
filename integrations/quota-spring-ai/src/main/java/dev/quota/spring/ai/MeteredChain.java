package dev.quota.spring.ai;

import java.util.ArrayList;
import java.util.List;
import org.springframework.ai.chat.client.ChatClientRequest;
import org.springframework.ai.chat.client.ChatClientResponse;
import org.springframework.ai.chat.client.advisor.DefaultAroundAdvisorChain;
import org.springframework.ai.chat.client.advisor.api.Advisor;
import org.springframework.ai.chat.client.advisor.api.AdvisorChain;
import org.springframework.ai.chat.client.advisor.api.BaseAdvisorChain;
import org.springframework.ai.chat.client.advisor.api.CallAdvisorChain;
import org.springframework.ai.chat.client.advisor.api.StreamAdvisorChain;
import reactor.core.publisher.Flux;

/**
 * The rest of a chain of advisors, with a meter before the model. Advisors that ask the model
 * several times copy the chain after them, so the meter sees each request. In some versions of
 * Spring AI, the response of the whole chain has only the use of the last request.
 */
final class MeteredChain {

  private MeteredChain() {}

  static ChatClientResponse call(
      CallAdvisorChain chain, Advisor after, RoundMeter meter, ChatClientRequest request) {
    List<? extends Advisor> advisors = chain.getCallAdvisors();
    int place = place(advisors, after);
    return isModelNext(advisors, place)
        ? meter.adviseCall(request, chain)
        : metered(chain, advisors, place, meter).nextCall(request);
  }

  static Flux<ChatClientResponse> stream(
      StreamAdvisorChain chain, Advisor after, RoundMeter meter, ChatClientRequest request) {
    List<? extends Advisor> advisors = chain.getStreamAdvisors();
    int place = place(advisors, after);
    return isModelNext(advisors, place)
        ? meter.adviseStream(request, chain)
        : metered(chain, advisors, place, meter).nextStream(request);
  }

  private static int place(List<? extends Advisor> advisors, Advisor after) {
    int place = advisors.indexOf(after);
    if (place < 0) {
      throw new IllegalStateException(
          "the chain of advisors must contain the QuotaAdvisor itself, and not a proxy of it");
    }
    return place;
  }

  /** Returns whether nobody is left who could ask the model several times. It comes last. */
  private static boolean isModelNext(List<? extends Advisor> advisors, int place) {
    return place == advisors.size() - 2;
  }

  private static BaseAdvisorChain metered(
      AdvisorChain chain, List<? extends Advisor> advisors, int place, RoundMeter meter) {
    List<Advisor> rest = new ArrayList<>();
    // The chain takes advisors of the same order from the last one to the first.
    for (int i = advisors.size() - 1; i > place; i--) {
      rest.add(advisors.get(i));
    }
    rest.add(meter);
    return DefaultAroundAdvisorChain.builder(chain.getObservationRegistry()).pushAll(rest).build();
  }
}
