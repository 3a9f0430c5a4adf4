package dev.quota.spring.ai;

import java.util.ArrayList;
import java.util.List;
import org.springframework.ai.chat.client.advisor.DefaultAroundAdvisorChain;
import org.springframework.ai.chat.client.advisor.api.Advisor;
import org.springframework.ai.chat.client.advisor.api.AdvisorChain;
import org.springframework.ai.chat.client.advisor.api.BaseAdvisorChain;
import org.springframework.ai.chat.client.advisor.api.CallAdvisorChain;
import org.springframework.ai.chat.client.advisor.api.StreamAdvisorChain;

/**
 * The rest of a chain of advisors, with a meter before the model. Advisors that ask the model
 * several times copy the chain after them, so the meter sees each request. In some versions of
 * Spring AI, the response of the whole chain has only the use of the last request.
 */
final class MeteredChain {

  private MeteredChain() {}

  static BaseAdvisorChain of(CallAdvisorChain chain, Advisor after, RoundMeter meter) {
    return metered(chain, chain.getCallAdvisors(), after, meter);
  }

  static BaseAdvisorChain of(StreamAdvisorChain chain, Advisor after, RoundMeter meter) {
    return metered(chain, chain.getStreamAdvisors(), after, meter);
  }

  private static BaseAdvisorChain metered(
      AdvisorChain chain, List<? extends Advisor> advisors, Advisor after, RoundMeter meter) {
    int place = advisors.indexOf(after);
    if (place < 0) {
      throw new IllegalStateException(
          "the chain of advisors must contain the QuotaAdvisor itself, and not a proxy of it");
    }
    List<Advisor> rest = new ArrayList<>();
    // The chain takes advisors of the same order from the last one to the first.
    for (int i = advisors.size() - 1; i > place; i--) {
      rest.add(advisors.get(i));
    }
    rest.add(meter);
    return DefaultAroundAdvisorChain.builder(chain.getObservationRegistry()).pushAll(rest).build();
  }
}
