import type { Parameters, PortalAction, PortalActions } from '../../api/contract.js';
import { capitalized, fillPlaceholders, text } from '../../texts/texts.js';
import { onSubmit } from '../../ui/actions.js';
import { button, field } from '../../ui/controls.js';
import { focusOn, h, replaceContent, uniqueId } from '../../ui/dom.js';
import { createNotice } from '../../ui/notice.js';
import { toast } from '../../ui/toast.js';
import type { CenterContext } from '../center-context.js';
import { exampleParameters } from './example-parameters.js';
import { methodsText } from './methods.js';
import { proofView } from './proof.js';
import { requestApproval } from './step-up.js';

/** Tries one of the product's actions: choose, review, approve, look at the proof. */
export function approveSection(
  context: CenterContext,
  { actions, parameters: labels }: PortalActions,
  approved: () => void,
): HTMLElement {
  const { rpName } = context.session;
  const notice = createNotice('try-notice');
  const parameterFields = h('div', { class: 'field-grid' });
  const sentence = h('p', { class: 'preview', 'data-testid': 'try-sentence' });
  const needs = h('p', { class: 'hint', 'data-testid': 'try-needs' });
  const result = h('div', { 'data-testid': 'try-result' });
  const submit = button(
    text('try.button'),
    'primary',
    { type: 'submit', 'data-testid': 'try-approve' },
    'shield',
  );
  const selectId = uniqueId('action');
  const select = h(
    'select',
    { id: selectId, 'data-testid': 'try-action' },
    ...actions.map(({ name, title }) => h('option', { value: name }, title)),
  );
  const form = h(
    'form',
    { class: 'stack', novalidate: true },
    h('div', { class: 'field' }, h('label', { for: selectId }, text('try.action')), select),
    parameterFields,
    sentence,
    needs,
    notice.element,
    h('div', {}, submit),
  );

  let inputs: readonly (readonly [string, HTMLInputElement])[] = [];
  const chosen = (): PortalAction | undefined => actions.find(({ name }) => name === select.value);
  const parameters = (): Parameters =>
    Object.fromEntries(inputs.map(([name, input]) => [name, input.value.trim()]));
  const showSentence = (): void => {
    sentence.textContent = capitalized(fillPlaceholders(chosen()?.text ?? '', parameters()));
  };
  const showAction = (): void => {
    const action = chosen();
    if (action === undefined) return;
    const fields = Object.entries(exampleParameters(action.text)).map(([name, value]) => {
      const { element, input } = field(labels[name] ?? name, {
        name,
        value,
        autocomplete: 'off',
        'data-testid': `try-parameter-${name}`,
      });
      input.addEventListener('input', showSentence);
      return { name, element, input };
    });
    inputs = fields.map(({ name, input }) => [name, input]);
    replaceContent(parameterFields, ...fields.map(({ element }) => element));
    needs.textContent = text('try.needs', { methods: methodsText(action.alternatives) });
    showSentence();
  };

  select.addEventListener('change', showAction);
  onSubmit(form, submit, notice, async () => {
    const action = chosen();
    if (action === undefined) return;
    const request = {
      action: action.name,
      parameters: parameters(),
      labels,
      summary: capitalized(fillPlaceholders(action.text, parameters())),
    };
    const proof = await requestApproval(context, request);
    if (proof === undefined) return;
    const view = proofView(context, request, proof);
    replaceContent(result, view.element);
    toast(text('approve.done'));
    focusOn(view.heading);
    approved();
  });
  showAction();

  return h(
    'section',
    { class: 'card', 'aria-labelledby': 'try-title' },
    h('h2', { id: 'try-title' }, text('try.title')),
    h('p', { class: 'muted' }, text(actions.length > 0 ? 'try.intro' : 'try.none', { rpName })),
    actions.length > 0 && form,
    result,
  );
}
