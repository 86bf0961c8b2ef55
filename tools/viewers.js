// Runs inside the browser: opens one model with the libraries that Camunda Modeler itself is built from.
// Every function takes the file's text and gives {problems: [{element, what}], pictures: [{name, svg} | {name, box}]}.
import BpmnViewer from 'bpmn-js/lib/Viewer';
import DmnViewer from 'dmn-js/lib/Viewer';
import { Form } from '@bpmn-io/form-js-viewer';
import camundaBpmn from 'camunda-bpmn-moddle/resources/camunda.json';
import camundaDmn from 'camunda-dmn-moddle/resources/camunda.json';
import { differences } from './xml.js';

import 'bpmn-js/dist/assets/diagram-js.css';
import 'bpmn-js/dist/assets/bpmn-js.css';
import 'dmn-js/dist/assets/dmn-js-shared.css';
import 'dmn-js/dist/assets/dmn-js-drd.css';
import 'dmn-js/dist/assets/dmn-js-decision-table.css';
import 'dmn-js/dist/assets/dmn-js-literal-expression.css';
import 'dmn-js/dist/assets/dmn-font/css/dmn-embedded.css';
import '@bpmn-io/form-js-viewer/dist/assets/form-js.css';

const COVERED = { stroke: '#1b7837', fill: '#d9f0d3' }, UNCOVERED = { stroke: '#b2182b', fill: '#fddbc7' };

const problem = (warning) => ({
  element: warning.element?.id ?? '',
  what: String(warning.message ?? warning).replace(/\s*\n\s*/g, '; '),
});

function stage() {
  document.body.innerHTML = '<div id="stage" style="display:inline-block;background:white"></div>';
  return document.getElementById('stage');
}

/** The area that the given elements cover, in page pixels. */
function boxOf(...elements) {
  const rects = elements.map(element => element.getBoundingClientRect());
  const x = Math.min(...rects.map(r => r.left)), y = Math.min(...rects.map(r => r.top));
  return { x, y, width: Math.max(...rects.map(r => r.right)) - x, height: Math.max(...rects.map(r => r.bottom)) - y };
}

/** Colours what ran (count > 0) green, what did not red; gives the ids of what did not. */
function colour(viewer, counts) {
  const factory = viewer.get('graphicsFactory'), registry = viewer.get('elementRegistry'), uncovered = [];
  const colourable = element => element.businessObject.$instanceOf('bpmn:FlowNode')
    || element.businessObject.$instanceOf('bpmn:SequenceFlow');
  registry.filter(element => colourable(element) && !element.labelTarget).forEach(element => {
    const covered = counts[element.id] > 0, { stroke, fill } = covered ? COVERED : UNCOVERED;
    element.di.set('bioc:stroke', stroke);
    element.di.set('bioc:fill', fill);
    factory.update(element.waypoints ? 'connection' : 'shape', element, registry.getGraphics(element));
    if (!covered) uncovered.push(element.id);
  });
  return uncovered.sort();
}

export async function bpmn(xml, coverage) {
  const container = stage();
  Object.assign(container.style, { width: '1600px', height: '900px' });
  const viewer = new BpmnViewer({ container, moddleExtensions: { camunda: camundaBpmn } });
  const problems = (await viewer.importXML(xml)).warnings.map(problem);
  const saved = (await viewer.saveXML({ format: true })).xml;
  problems.push(...differences(xml, saved, viewer.get('moddle')));
  const process = viewer.getDefinitions().rootElements.find(element => element.$type === 'bpmn:Process');
  const uncovered = coverage ? colour(viewer, coverage[process?.id] ?? {}) : [];
  const canvas = viewer.get('canvas'), pictures = [];
  for (const root of canvas.getRootElements()) {  // a collapsed sub-process is a plane, so a picture, of its own
    canvas.setRootElement(root);
    const name = root.id.endsWith('_plane') ? root.businessObject.id : '';
    pictures.push({ name, svg: (await viewer.saveSVG()).svg });
  }
  return { problems, pictures, uncovered };
}

let dmnViewer;  // opened views stay alive between two calls, until the caller has taken its pictures

export async function dmn(xml) {
  const container = stage();
  dmnViewer = new DmnViewer({ container, width: '100%', height: 900, moddleExtensions: { camunda: camundaDmn } });
  const problems = (await dmnViewer.importXML(xml, { open: false })).warnings.map(problem);
  const saved = (await dmnViewer.saveXML({ format: true })).xml;
  problems.push(...differences(xml, saved, dmnViewer._moddle));
  const views = dmnViewer.getViews(), pictures = [];
  const decisions = views.filter(view => view.type !== 'drd').length;
  if (decisions > 1 && decisions === views.length) {
    problems.push({ element: '', what: 'several decisions, but no diagram' });
  }
  for (const [index, view] of views.entries()) {
    const { warnings } = await dmnViewer.open(view);
    problems.push(...warnings.map(problem));
    const name = view.type === 'drd' ? 'drd' : decisions > 1 ? view.element.id : '';
    if (view.type === 'drd') pictures.push({ name, svg: (await dmnViewer.getActiveViewer().saveSVG()).svg });
    else pictures.push({ name, view: index });
  }
  return { problems, pictures };
}

/** Shows one decision; gives its box, without the blank space that the viewer leaves. */
export async function showDecision(index) {
  await dmnViewer.open(dmnViewer.getViews()[index]);
  const stageElement = document.getElementById('stage');
  stageElement.style.width = dmnViewer.getActiveView().type === 'decisionTable' ? '2400px' : '1000px';
  const table = stageElement.querySelector('.tjs-table, .literal-expression-properties');
  for (let box = table?.parentElement; box && box !== stageElement; box = box.parentElement) {
    Object.assign(box.style, { overflow: 'visible', height: 'auto' });  // a wide or long table would scroll in its box
  }
  stageElement.style.width = `${Math.max(stageElement.clientWidth, (table?.scrollWidth ?? 0) + 40)}px`;
  const header = stageElement.querySelector('.decision-table-properties, .literal-expression, .decision-properties');
  return boxOf(...[header, table].filter(Boolean));
}

export async function form(json, data = {}) {
  const container = stage();
  Object.assign(container.style, { width: '900px', padding: '24px' });
  const { warnings } = await new Form({ container }).importSchema(JSON.parse(json), data);
  await new Promise(resolve => setTimeout(resolve, 50));  // the components render after the import has answered
  return { problems: warnings.map(problem), pictures: [{ name: '', box: boxOf(container) }] };
}
