import { css } from '@emotion/css'

/** Style of text for screen readers only. */
export const visuallyHidden = () =>
  css({
    position: 'absolute',
    width: 1,
    height: 1,
    margin: -1,
    overflow: 'hidden',
    clipPath: 'inset(50%)',
    whiteSpace: 'nowrap',
  })
