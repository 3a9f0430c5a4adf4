package dev.quota.servlet;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;

/**
 * Asynchronous work for a charged response: its end lets the headers go, because the container
 * commits the response then without asking.
 */
final class ChargedAsync implements AsyncContext {

  private final AsyncContext context;
  private final ChargedResponse response;

  ChargedAsync(AsyncContext context, ChargedResponse response) {
    this.context = context;
    this.response = response;
  }

  @Override
  public void complete() {
    response.begin();
    context.complete();
  }

  @Override
  public void dispatch() {
    response.begin();
    context.dispatch();
  }

  @Override
  public void dispatch(String path) {
    response.begin();
    context.dispatch(path);
  }

  @Override
  public void dispatch(ServletContext application, String path) {
    response.begin();
    context.dispatch(application, path);
  }

  @Override
  public ServletRequest getRequest() {
    return context.getRequest();
  }

  @Override
  public ServletResponse getResponse() {
    return context.getResponse();
  }

  @Override
  public boolean hasOriginalRequestAndResponse() {
    return context.hasOriginalRequestAndResponse();
  }

  @Override
  public void start(Runnable work) {
    context.start(work);
  }

  @Override
  public void addListener(AsyncListener listener) {
    context.addListener(listener);
  }

  @Override
  public void addListener(
      AsyncListener listener, ServletRequest request, ServletResponse response) {
    context.addListener(listener, request, response);
  }

  @Override
  public <T extends AsyncListener> T createListener(Class<T> type) throws ServletException {
    return context.createListener(type);
  }

  @Override
  public void setTimeout(long millis) {
    context.setTimeout(millis);
  }

  @Override
  public long getTimeout() {
    return context.getTimeout();
  }
}
