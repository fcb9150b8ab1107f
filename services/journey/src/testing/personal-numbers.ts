/** Personal numbers with right check digits, each once: people born on 3 September 1978 with invented birth numbers. */
export function personalNumbers() {
  let birthNumber = 100
  return {
    next: (): string => {
      const digits = `780903${birthNumber++}`
      const sum = [...digits].reduce((total, digit, index) => {
        const doubled = Number(digit) * (index % 2 === 0 ? 2 : 1)
        return total + (doubled > 9 ? doubled - 9 : doubled)
      }, 0)
      return `19${digits}${(10 - (sum % 10)) % 10}`
    },
  }
}
