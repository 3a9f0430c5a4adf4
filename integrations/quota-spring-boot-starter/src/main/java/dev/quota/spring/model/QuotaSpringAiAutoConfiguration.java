package dev.quota.spring.model;

import dev.quota.Quotas;
import dev.quota.message.QuotaMessages;
import dev.quota.models.ModelCalls;
import dev.quota.models.PriceList;
import dev.quota.spring.CurrentSubject;
import dev.quota.spring.QuotaAutoConfiguration;
import dev.quota.spring.QuotaProperties;
import dev.quota.spring.ReactiveCurrentSubject;
import dev.quota.spring.ai.QuotaAdvisor;
import org.springframework.ai.chat.client.ChatClient;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import reactor.core.publisher.Flux;

/** Gives every builder of a {@code ChatClient} the advisor that reserves. */
@AutoConfiguration(after = {QuotaAutoConfiguration.class, QuotaPricesAutoConfiguration.class})
@ConditionalOnClass({QuotaAdvisor.class, ChatClient.class})
@ConditionalOnProperty("quota.ai.quota")
public class QuotaSpringAiAutoConfiguration {

  /** Called by Spring. */
  public QuotaSpringAiAutoConfiguration() {}

  /**
   * Makes the advisor.
   *
   * @param quotas the engine
   * @param properties the settings, with the quota that is reserved
   * @param prices of models, for policies that charge them
   * @param messages replace the words of refusals as answers
   * @param callers find who is charged
   * @param reactiveCallers find who is charged, from the Reactor context
   * @return the advisor
   */
  @Bean
  @ConditionalOnMissingBean
  public QuotaAdvisor quotaAdvisor(
      Quotas quotas,
      QuotaProperties properties,
      PriceList prices,
      ObjectProvider<QuotaMessages> messages,
      ObjectProvider<CurrentSubject> callers,
      ObjectProvider<ReactiveCurrentSubject> reactiveCallers) {
    QuotaProperties.Ai ai = properties.ai();
    QuotaAdvisor.Builder advisor =
        QuotaAdvisor.builder(quotas, String.valueOf(ai.quota()))
            .prices(prices)
            .subject(() -> callers.orderedStream().flatMap(it -> it.find().stream()).findFirst())
            .reactiveSubject(
                () ->
                    Flux.fromStream(reactiveCallers::orderedStream)
                        .concatMap(ReactiveCurrentSubject::find)
                        .next());
    messages.ifAvailable(advisor::messages);
    if (ai.usualOutputTokens() != null) {
      advisor.usualOutputTokens(ai.usualOutputTokens());
    }
    if (ai.order() != null) {
      advisor.order(ai.order());
    }
    if (ai.finishNote()) {
      advisor.finishNote(ModelCalls.FINISH_NOTE);
    }
    return advisor.build();
  }

  /**
   * A bean post-processor, because the customizers of Spring AI have another name in each version.
   */
  @Bean
  static BeanPostProcessor quotaChatClients(ObjectProvider<QuotaAdvisor> advisor) {
    return new BeanPostProcessor() {
      @Override
      public Object postProcessAfterInitialization(Object bean, String name) {
        return bean instanceof ChatClient.Builder builder
            ? builder.defaultAdvisors(advisor.getObject())
            : bean;
      }
    };
  }
}
