// Draws charts: the options come from the server as JSON, the colours from the style sheet, so that they follow the
// theme. "@good" in an option is the colour --good. Numbers are written as the page's language has it.
import { BarChart, FunnelChart, HeatmapChart, LineChart, PieChart, ScatterChart } from "echarts/charts";
import {
  DatasetComponent,
  GridComponent,
  LegendComponent,
  MarkAreaComponent,
  MarkLineComponent,
  TooltipComponent,
  VisualMapComponent,
} from "echarts/components";
import * as echarts from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";

echarts.use([
  BarChart, FunnelChart, HeatmapChart, LineChart, PieChart, ScatterChart,
  DatasetComponent, GridComponent, LegendComponent, MarkAreaComponent, MarkLineComponent, TooltipComponent,
  VisualMapComponent, CanvasRenderer,
]);

const drawn = new Map();
const probe = document.createElement("span");
probe.hidden = true;
document.body.append(probe);

/** A colour of the style sheet as the canvas takes it: the theme's own, not "light-dark(…)". */
function colour(name) {
  probe.style.color = `var(--${name})`;
  return getComputedStyle(probe).color;
}

/** Long names beside lying bars leave the bars more than half of the room; the table has them whole. */
function namesShort(axis, width) {
  if (axis.type !== "category") return axis;
  return { ...axis, axisLabel: { width: Math.round(Math.min(260, width * 0.44)), overflow: "truncate", ...axis.axisLabel } };
}

/** Draw the charts inside an element. */
export function draw(inside) {
  for (const [place, chart] of drawn) {
    if (place.isConnected) continue;
    chart.dispose();
    drawn.delete(place);
    sizes.unobserve(place);
  }
  const found = inside.matches?.("[data-chart]") ? [inside] : inside.querySelectorAll("[data-chart]");
  for (const place of found) {
    if (drawn.has(place)) continue;
    drawn.set(place, echarts.init(place, null, { renderer: "canvas" }));
    sizes.observe(place);
    paint(place);
  }
}

const sizes = new ResizeObserver((entries) => {
  for (const { target } of entries) drawn.get(target)?.resize();
});

function paint(place) {
  const option = coloured(JSON.parse(place.dataset.option));
  const write = writer(place.dataset.format);
  const writeAlike = writer(place.dataset.format, place.dataset.format === "percent" ? 1 : 0);
  const text = { color: colour("text-soft"), fontFamily: getComputedStyle(document.body).fontFamily, fontSize: 12 };
  const plain = (axis) => ({
    splitNumber: 4,
    ...axis,
    axisLabel: { ...text, hideOverlap: true, ...(axis.type === "value" && { formatter: write }), ...axis.axisLabel },
    axisLine: { show: axis.type !== "value", lineStyle: { color: colour("line") }, ...axis.axisLine },
    axisTick: { show: false, ...axis.axisTick },
    splitLine: { show: axis.type === "value", lineStyle: { color: colour("line") }, ...axis.splitLine },
  });
  const told = (series) => ({
    ...series, ...(series.label && { label: { ...text, formatter: ({ value }) => writeAlike(value), ...series.label } }),
  });
  const each = (axes) => (Array.isArray(axes) ? axes.map(plain) : axes && plain(axes));
  drawn.get(place).setOption(
    {
      animation: !matchMedia("(prefers-reduced-motion: reduce)").matches,
      animationDuration: 300,
      color: [1, 2, 3, 4, 5, 6, 7, 8].map((number) => colour(`chart-${number}`)),
      textStyle: text,
      ...option,
      series: [option.series].flat().map(told),
      grid: { left: 4, right: option.xAxis?.boundaryGap === false || option.xAxis?.type === "value" ? 24 : 12, top: option.legend ? 36 : 12, bottom: 4, containLabel: true, ...option.grid },
      xAxis: each(option.xAxis),
      yAxis: option.yAxis && each(namesShort(option.yAxis, place.clientWidth)),
      legend: option.legend && {
        icon: "roundRect", itemHeight: 10, itemWidth: 10, left: 0, textStyle: text, top: 0, type: "scroll",
        pageTextStyle: text, pageIconColor: text.color, pageIconInactiveColor: colour("line-strong"), ...option.legend,
      },
      tooltip: {
        backgroundColor: colour("surface-raised"), borderColor: colour("line-strong"), confine: true,
        renderMode: "richText", textStyle: { ...text, color: colour("text") }, trigger: "axis", valueFormatter: write,
        ...option.tooltip,
      },
    },
    true,
  );
}

function coloured(value) {
  if (typeof value === "string") return value.startsWith("@") ? colour(value.slice(1)) : value;
  if (Array.isArray(value)) return value.map(coloured);
  if (value && typeof value === "object") {
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, coloured(inner)]));
  }
  return value;
}

/** How numbers are written; `least` digits after the point, so that those below one another look alike. */
function writer(format, least = 0) {
  const digits = { minimumFractionDigits: least, maximumFractionDigits: format === "percent" ? 1 : 2 };
  const options = format === "percent" ? { style: "percent", ...digits } : digits;
  const numbers = new Intl.NumberFormat(document.documentElement.lang, options);
  return (value) => (typeof value === "number" ? numbers.format(value) : (value ?? "–"));
}

function repaint() {
  for (const place of drawn.keys()) paint(place);
}
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", repaint);
