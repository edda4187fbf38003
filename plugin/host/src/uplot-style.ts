// Grafana's own build adds this sheet; the packages leave it out, and a chart is drawn over its neighbours without it.
import text from 'uplot/dist/uPlot.min.css'

document.head.append(Object.assign(document.createElement('style'), { textContent: text }))
