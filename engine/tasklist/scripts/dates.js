// Dates in English order, with weeks that begin on a Monday, whatever language the browser speaks: form-js takes the order from the browser's ("default"), its calendar from nowhere.
const { DateTimeFormat } = Intl;
Intl.DateTimeFormat = function (locales, options) {
  return new DateTimeFormat(locales === undefined || locales === 'default' ? 'en-GB' : locales, options);
};
Object.assign(Intl.DateTimeFormat, { supportedLocalesOf: DateTimeFormat.supportedLocalesOf, prototype: DateTimeFormat.prototype });

window.flatpickr.localize({ firstDayOfWeek: 1 });

// "Due Thu 3 December 2026", not "in 5 days": a list is planned by dates.
window.angular.module('angularMoment').config(['amTimeAgoConfig', (config) => Object.assign(config, { fullDateThreshold: -Infinity, fullDateFormat: 'ddd D MMMM YYYY' })]);
