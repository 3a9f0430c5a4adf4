package dev.quota.spring.mvc;

import dev.quota.Subject;
import dev.quota.servlet.QuotaExchange;
import dev.quota.servlet.SubjectResolver;
import dev.quota.spring.CurrentSubject;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Optional;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;

/** Finds the subject of the request that the current thread serves. */
final class RequestCaller implements CurrentSubject {

  private final SubjectResolver subjects;

  RequestCaller(SubjectResolver subjects) {
    this.subjects = subjects;
  }

  @Override
  public Optional<Subject> find() {
    return RequestContextHolder.getRequestAttributes() instanceof ServletRequestAttributes current
        ? Optional.of(of(current.getRequest()))
        : Optional.empty();
  }

  private Subject of(HttpServletRequest request) {
    return QuotaExchange.find(request)
        .map(QuotaExchange::subject)
        .orElseGet(() -> subjects.resolve(request));
  }
}
