/** The fault of a field, tied to it by `aria-describedby`. */
export const FieldError = ({ id, text }: { id: string; text: string | undefined }) =>
  text === undefined ? null : (
    <p class="ds-validation-message" data-color="warning" id={id} role="alert">
      {text}
    </p>
  )
