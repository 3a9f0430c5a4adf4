package dev.quota.spring.ai;

import dev.quota.usage.UsageReport;
import java.lang.reflect.Method;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.ai.chat.metadata.Usage;
import org.springframework.ai.image.ImageModel;
import org.springframework.ai.image.ImagePrompt;
import org.springframework.ai.image.ImageResponse;
import org.springframework.ai.image.ImageResponseMetadata;
import org.springframework.util.ReflectionUtils;

/** A model of images with its quota. */
final class QuotaImageModel implements ImageModel {

  /** Only in Spring AI 2. */
  private static final @Nullable Method USAGE =
      ReflectionUtils.findMethod(ImageResponseMetadata.class, "getUsage");

  private final ImageModel model;
  private final QuotaModels quota;

  QuotaImageModel(ImageModel model, QuotaModels quota) {
    this.model = model;
    this.quota = quota;
  }

  @Override
  public ImageResponse call(ImagePrompt prompt) {
    Optional<String> name =
        Optional.ofNullable(prompt.getOptions()).flatMap(it -> Optional.ofNullable(it.getModel()));
    long input =
        prompt.getInstructions().stream()
            .mapToLong(it -> it.getText() == null ? 0 : quota.estimator().tokens(it.getText()))
            .sum();
    return quota.call(name, input, () -> model.call(prompt), it -> usage(it, input, name));
  }

  /** An answer without a use still has images. Then the input is the estimate. */
  private static Optional<UsageReport> usage(
      ImageResponse answer, long input, Optional<String> model) {
    UsageReport said =
        usage(answer.getMetadata())
            .orElseGet(() -> UsageReport.builder().inputTokens(input).build());
    UsageReport.Builder report = said.toBuilder().amount("images", answer.getResults().size());
    model.ifPresent(report::model);
    return Optional.of(report.build());
  }

  private static Optional<UsageReport> usage(ImageResponseMetadata metadata) {
    return USAGE != null && ReflectionUtils.invokeMethod(USAGE, metadata) instanceof Usage usage
        ? ChatUsage.of(usage)
        : Optional.empty();
  }
}
