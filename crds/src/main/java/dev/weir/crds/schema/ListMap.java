package dev.weir.crds.schema;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The entries of this list are told apart by these fields: duplicates are refused, and server-side
 * apply merges entry by entry.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.FIELD)
public @interface ListMap {
  /** The names of required fields of the entries. */
  String[] value();
}
