import { useEffect, useRef } from 'preact/hooks'

/** Puts the focus where a form that has just opened begins. */
export function useFocus<Place extends HTMLElement>() {
  const place = useRef<Place>(null)
  useEffect(() => place.current?.focus(), [])
  return place
}
