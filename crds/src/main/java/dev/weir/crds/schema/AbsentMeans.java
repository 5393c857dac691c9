package dev.weir.crds.schema;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * What the operator does when the field is absent. It is documented and not a default of the
 * schema, so that what people keep in Git and what the API server stores stay the same.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.FIELD)
public @interface AbsentMeans {
  /** The value, as it would be written. */
  String value();
}
