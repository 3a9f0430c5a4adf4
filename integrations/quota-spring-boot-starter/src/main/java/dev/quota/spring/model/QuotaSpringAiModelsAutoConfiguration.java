package dev.quota.spring.model;

import dev.quota.Quotas;
import dev.quota.models.PriceList;
import dev.quota.spring.CurrentSubject;
import dev.quota.spring.QuotaAutoConfiguration;
import dev.quota.spring.QuotaProperties;
import dev.quota.spring.ai.QuotaModels;
import org.springframework.ai.embedding.EmbeddingModel;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;

/**
 * Puts a quota around the beans that are models for embeddings, images, speech and transcription.
 */
@AutoConfiguration(after = {QuotaAutoConfiguration.class, QuotaPricesAutoConfiguration.class})
@ConditionalOnClass({QuotaModels.class, EmbeddingModel.class})
public class QuotaSpringAiModelsAutoConfiguration {

  /** Called by Spring. */
  public QuotaSpringAiModelsAutoConfiguration() {}

  /** Finds the engine when a model is created, because models may be created before it. */
  @Bean
  static ModelQuotas quotaModels(
      QuotaProperties properties,
      ObjectProvider<Quotas> quotas,
      ObjectProvider<PriceList> prices,
      ObjectProvider<CurrentSubject> callers) {
    return new ModelQuotas(properties.ai(), quotas, prices, callers);
  }

  /** Keeps the classes of the beans, because applications may inject them by their class. */
  @Bean
  static BeanPostProcessor quotaModelBeans(ObjectProvider<ModelQuotas> quotas) {
    return new BeanPostProcessor() {
      @Override
      public Object postProcessAfterInitialization(Object bean, String name) {
        return ModelKind.of(bean).map(it -> quotas.getObject().around(it, bean)).orElse(bean);
      }
    };
  }
}
