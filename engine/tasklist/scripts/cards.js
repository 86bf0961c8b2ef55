// What a card of the list tells is the task's own, and who may only hand the task over reads it there, but not with the list: each such card asks for it.
const told = new Map(); // task -> what was asked for; it never changes

async function tell(card, tasks) {
  const { id } = card.task, { variables } = card.filterProperties;
  const found = told.get(id) ?? await tasks.localVariables(id);
  told.set(id, found);
  card.$applyAsync(() => { card.told = variables.filter(({ name }) => name in found).map(({ name }) => ({ name, ...found[name] })); });
}

window.angular.module('tasklist.plugin.tasklistCard.variables').config(['ViewsProvider', (views) => views.registerDefaultView('tasklist.card', {
  id: 'tasklist-card-asked-for',
  priority: 200,
  template: '<div cam-tasklist-variables ng-if="told" filter-properties="filterProperties" variables="told" class="row variables"></div>',
  controller: ['$scope', 'camAPI', function (card, engine) { // no arrow: made with `new`
    if (card.filterProperties && !card.task._embedded?.variable?.length) tell(card, engine.resource('task'));
  }],
})]);
